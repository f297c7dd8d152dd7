/** What a model's matrices are like, and what tuning made of them. */
@NullMarked
package org.isospin.bench.inspect;

import org.jspecify.annotations.NullMarked;
