/**
 * The {@code train} command: a transformer language model, forward and backward by hand on Isospin's products, trained by
 * Isospin's optimizers. It is the example for authors of trainers: {@link org.isospin.bench.train.Transformer} is the model,
 * {@link org.isospin.bench.train.Training} the loop. Nothing here is fast by tricks: what takes time is matrix products.
 */
@NullMarked
package org.isospin.bench.train;

import org.jspecify.annotations.NullMarked;
