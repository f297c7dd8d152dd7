/**
 * The backend on a GPU beside the calls of CUDA's libraries that a program makes by hand: what is between them is this library's
 * own cost.
 */
@NullMarked
package org.isospin.bench.calls;

import org.jspecify.annotations.NullMarked;
