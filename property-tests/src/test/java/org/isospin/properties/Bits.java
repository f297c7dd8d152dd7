package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import org.isospin.Matrix;

/** Matrices compared bit for bit. */
final class Bits {
    private Bits() {}

    static void assertSame(Matrix actual, Matrix expected) {
        for (int i = 0; i < expected.rows(); i++) {
            for (int j = 0; j < expected.columns(); j++) {
                assertThat(Double.doubleToLongBits(actual.get(i, j)))
                        .as("(%d, %d): %s and %s", i, j, actual.get(i, j), expected.get(i, j))
                        .isEqualTo(Double.doubleToLongBits(expected.get(i, j)));
            }
        }
    }
}
