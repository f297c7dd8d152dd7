/**
 * Errors of the kernels against high-precision truth, beside those of other libraries, measured here or published. Nothing
 * is timed, and nothing that is judged helps to judge.
 */
@NullMarked
package org.isospin.bench.accuracy;

import org.jspecify.annotations.NullMarked;
