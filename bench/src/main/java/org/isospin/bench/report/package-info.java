/** {@code isospin report}: runs of several machines, or of other people's code, in one table. */
@NullMarked
package org.isospin.bench.report;

import org.jspecify.annotations.NullMarked;
