/** Measures of somebody's own matrices. */
@NullMarked
package org.isospin.bench.check;

import org.jspecify.annotations.NullMarked;
