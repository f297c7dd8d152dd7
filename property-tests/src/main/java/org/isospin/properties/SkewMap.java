package org.isospin.properties;

import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/** A map from skew matrices of order n to n × n matrices, such as exp. */
@FunctionalInterface
public interface SkewMap {
    /**
     * Applies the map.
     *
     * @param a order n; must not be changed
     * @param out n × n, receives the result
     */
    void apply(SkewMatrix a, Matrix out);
}
