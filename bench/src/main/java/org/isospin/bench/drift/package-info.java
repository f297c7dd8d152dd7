/**
 * How far optimizers that keep singular values let them drift over many steps, and what 16-bit weights make of it. Nothing is
 * timed.
 */
@NullMarked
package org.isospin.bench.drift;

import org.jspecify.annotations.NullMarked;
