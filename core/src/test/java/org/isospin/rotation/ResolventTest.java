package org.isospin.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.Dense;
import org.isospin.backend.HostStream;
import org.isospin.backend.VectorOps;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResolventTest {
    private final HostStream stream = new HostStream(1, Precision.STANDARD, new VectorOps());

    @AfterEach
    void close() {
        stream.close();
    }

    /** (I − X)N = X, on both sides of the leaf sizes 16 (F64) and 48 (F32) and of their splits. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 65, 97, 130})
    void solvesItsEquation(int n) {
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            for (double factor : new double[] {1e-20, 1e-3, 0.3}) {
                // Norm 2·factor at most, with a symmetric part that is not positive.
                double scale = factor / Math.sqrt(Math.max(1, n));
                double[][] g = Dense.gaussian(n, n, n);
                double[][] x = new double[n][n];
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        x[i][j] = scale * (g[i][j] - g[j][i]) - (i == j ? scale * Math.abs(g[i][i]) : 0);
                    }
                }
                Matrix m = Dense.matrix(dtype, x);
                double[][] rounded = Dense.array(m);
                Resolvent.delta(stream, m);
                stream.reset();
                double[][] delta = Dense.array(m);
                double[][] left = Dense.multiply(rounded, delta);
                double[][] residual = new double[n][n];
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        residual[i][j] = delta[i][j] - left[i][j] - rounded[i][j];
                    }
                }
                // Relative to X however small it is: four roundings of each block, growth 1 + ‖X‖².
                assertThat(Dense.frobenius(residual))
                        .isLessThanOrEqualTo(8 * dtype.unitRoundoff() * Dense.frobenius(rounded));
            }
        }
    }
}
