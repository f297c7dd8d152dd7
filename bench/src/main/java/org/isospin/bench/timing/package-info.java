/** The bench command: every contestant verified, then timed in interleaved rounds, then reported. */
@NullMarked
package org.isospin.bench.timing;

import org.jspecify.annotations.NullMarked;
