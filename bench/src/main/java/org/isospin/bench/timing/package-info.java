/** Benchmarks: verified first, then timed. */
@NullMarked
package org.isospin.bench.timing;

import org.jspecify.annotations.NullMarked;
