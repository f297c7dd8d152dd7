package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Dense;
import org.isospin.backend.ReferenceBackend;
import org.isospin.rotation.Haar;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrientationTest {
    private final ComputeStream stream = new ReferenceBackend().open(1, Precision.STANDARD);

    @AfterEach
    void close() {
        stream.close();
    }

    private void check(double[][] a, boolean isReversed) {
        assertThat(Orientation.isReversed(stream, Dense.matrix(DType.F64, a))).isEqualTo(isReversed);
        double[][] exchanged = a.clone();
        if (a.length > 1) {
            exchanged[0] = a[a.length - 1];
            exchanged[a.length - 1] = a[0];
            assertThat(Orientation.isReversed(stream, Dense.matrix(DType.F64, exchanged)))
                    .isEqualTo(!isReversed);
        }
        stream.reset();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 33, 100, 131})
    void seesEverySignOfRotationsReflectionsAndPermutations(int n) {
        check(Dense.identity(n), false);
        check(Dense.scaled(Dense.identity(n), -1), n % 2 == 1);
        // Products of three reflections.
        check(Dense.orthogonal(n, n), true);
        Matrix q = Matrix.allocate(DType.F64, n, n);
        Haar.rotation(stream, n, q);
        check(Dense.array(q), false);
        Random random = new Random(n);
        double[][] permutation = Dense.identity(n);
        boolean isOdd = false;
        for (int i = n - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            double[] row = permutation[i];
            permutation[i] = permutation[j];
            permutation[j] = row;
            isOdd ^= i != j;
        }
        check(permutation, isOdd);
        double[][] cycle = new double[n][n];
        for (int i = 0; i < n; i++) {
            cycle[i][(i + 1) % n] = 1;
        }
        check(cycle, n % 2 == 0);
    }

    @Test
    void halfTurnsAreRotations() {
        // Eigenvalues at and next to −1, where a test by eigenvalues would have to count.
        for (double angle : new double[] {Math.PI, Math.PI - 0x1p-40, Math.PI - 0x1p-20, Math.PI + 1e-7}) {
            double[][] r = new double[6][6];
            for (int i = 0; i < 6; i += 2) {
                r[i][i] = Math.cos(angle);
                r[i + 1][i + 1] = Math.cos(angle);
                r[i][i + 1] = -Math.sin(angle);
                r[i + 1][i] = Math.sin(angle);
            }
            check(r, false);
        }
    }
}
