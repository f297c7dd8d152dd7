/** Golden vectors. */
@NullMarked
package org.isospin.bench.conform;

import org.jspecify.annotations.NullMarked;
