/**
 * Optimizers for somebody else's training loop: {@link org.isospin.optim.AdamW} and their
 * kin, and what a parameter is to them.
 *
 * <p>An {@link org.isospin.optim.Optimizer} keeps state by parameter, steps in the caller's memory and waits for nothing. What
 * all of them promise (checks, non-finite gradients, exceptions, state files) is done once, in the base; a new optimizer is an
 * update rule for one matrix. A {@link org.isospin.optim.Routing} is one optimizer for a whole model, of which each parameter
 * goes to its own; {@link org.isospin.optim.Naming} reads names of tensors. Matrix functions do not live here: rules call those
 * of {@code polar}, {@code rotation} and {@code decomposition}.
 */
@NullMarked
package org.isospin.optim;

import org.jspecify.annotations.NullMarked;
