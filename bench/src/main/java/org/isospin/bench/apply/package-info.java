/** Kernels on the matrices of a checkpoint. */
@NullMarked
package org.isospin.bench.apply;

import org.jspecify.annotations.NullMarked;
