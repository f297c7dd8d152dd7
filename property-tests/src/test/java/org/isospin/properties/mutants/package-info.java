/**
 * Deliberately wrong implementations, each with the law that must catch it: the laws are a product, and these are its tests.
 * A mutant that survives calls for a sharper law, never for a milder mutant.
 */
@NullMarked
package org.isospin.properties.mutants;

import org.jspecify.annotations.NullMarked;
