/** The public face of products and factorizations: results as records. */
@NullMarked
package org.isospin.decomposition;

import org.jspecify.annotations.NullMarked;
