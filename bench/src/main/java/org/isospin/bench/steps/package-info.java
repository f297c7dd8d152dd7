/**
 * Steps of optimizers timed against the dense products that published code makes of them, on OpenBLAS: what keeping structure
 * is worth, all element-wise work included on one side and none on the other.
 */
@NullMarked
package org.isospin.bench.steps;

import org.jspecify.annotations.NullMarked;
