/**
 * Laws that any implementation of a map onto the orthogonal group can be held against, and generators of their inputs.
 *
 * <p>Each family of laws comes in two forms: a contract, an interface whose default jqwik properties a test class inherits
 * ({@link org.isospin.properties.ExpContract}), and a class of checks that need no framework
 * ({@link org.isospin.properties.ExpLaws#check}). A check measures an error and states the bound beside it. Nothing here
 * uses the library's own kernels to judge them: products and norms are plain F64 loops.
 */
@NullMarked
package org.isospin.properties;

import org.jspecify.annotations.NullMarked;
