package org.isospin.properties;

import org.isospin.Matrix;

/** A map from two m × n matrices to an n × n matrix, such as the solution of a Procrustes problem. */
@FunctionalInterface
public interface PairMap {
    /**
     * Applies the map.
     *
     * @param a m × n; must not be changed
     * @param b m × n; must not be changed
     * @param out n × n, receives the result
     */
    void apply(Matrix a, Matrix b, Matrix out);
}
