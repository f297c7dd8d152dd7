/** Merging of checkpoints. */
@NullMarked
package org.isospin.bench.merge;

import org.jspecify.annotations.NullMarked;
