/** The public face of the factorizations: results as records. */
@NullMarked
package org.isospin.decomposition;

import org.jspecify.annotations.NullMarked;
