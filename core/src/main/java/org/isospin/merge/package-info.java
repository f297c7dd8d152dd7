/** Merging of models that were fine-tuned from one base: on the orthogonal group, and by sums of what they changed. */
@NullMarked
package org.isospin.merge;

import org.jspecify.annotations.NullMarked;
