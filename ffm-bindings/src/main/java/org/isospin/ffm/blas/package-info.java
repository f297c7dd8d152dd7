/** A handle on an installed OpenBLAS, for comparisons; the library itself never computes with it. */
@NullMarked
package org.isospin.ffm.blas;

import org.jspecify.annotations.NullMarked;
