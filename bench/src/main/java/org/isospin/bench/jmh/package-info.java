/**
 * JMH benchmarks of Isospin alone, to look closely: with {@code -prof gc}, which must show no more than 512 bytes a call
 * whatever the shape, or {@code -prof perfasm}. Comparisons are the command line's.
 */
@NullMarked
package org.isospin.bench.jmh;

import org.jspecify.annotations.NullMarked;
