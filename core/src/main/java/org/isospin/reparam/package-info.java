/**
 * Weights as products of a frozen matrix and learned rotations: layers that train or adapt the rotations' generators alone. The
 * rotations themselves are {@link org.isospin.rotation}'s, what steps the generators is {@link org.isospin.optim}'s.
 */
@NullMarked
package org.isospin.reparam;

import org.jspecify.annotations.NullMarked;
