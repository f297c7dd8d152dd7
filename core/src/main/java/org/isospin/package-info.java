/**
 * The context and the types: {@link org.isospin.Isospin}, {@link org.isospin.Matrix} and its companions.
 *
 * <p>Algorithms do not live here; each has a class in the package of its subject, and the context delegates to it.
 */
@NullMarked
package org.isospin;

import org.jspecify.annotations.NullMarked;
