package org.isospin.properties;

import org.isospin.Matrix;

/** A map from matrices to matrices of the same shape, such as the polar factor. */
@FunctionalInterface
public interface MatrixMap {
    /**
     * Applies the map.
     *
     * @param a any shape; must not be changed
     * @param out a's shape, receives the result
     */
    void apply(Matrix a, Matrix out);
}
