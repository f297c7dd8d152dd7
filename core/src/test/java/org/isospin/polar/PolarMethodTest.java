package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Dense;
import org.isospin.backend.Layout;
import org.isospin.backend.ReferenceBackend;
import org.isospin.backend.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PolarMethodTest {
    private final ComputeStream stream = new ReferenceBackend().open(1, Precision.STANDARD);

    @AfterEach
    void close() {
        stream.close();
    }

    private static double[][] with(int m, int n, double condition) {
        int p = Math.min(m, n);
        double[] sigma = new double[p];
        for (int i = 0; i < p; i++) {
            sigma[i] = p == 1 ? 1 : Math.pow(condition, -(double) i / (p - 1));
        }
        double[][] u = Dense.columns(Dense.orthogonal(m, 1), p);
        double[][] v = Dense.columns(Dense.orthogonal(n, 2), p);
        return Dense.multiply(Dense.multiply(u, Dense.diagonal(sigma)), Dense.transpose(v));
    }

    private static double[][] factor(int m, int n) {
        return with(m, n, 1);
    }

    private static PolarMethod method(PolarMethod.Iteration iteration, double condition) {
        return switch (iteration) {
            case HALLEY -> PolarMethod.halley();
            case NEWTON -> PolarMethod.newton();
            case POLAR_EXPRESS -> PolarMethod.polarExpress(1 / condition);
        };
    }

    /** ‖UᵀU − I‖ of 0.6u or so after the polish, forward errors of 0.1κu or so, for every method. */
    @ParameterizedTest
    @EnumSource(PolarMethod.Iteration.class)
    void everyMethodReachesRoundoff(PolarMethod.Iteration iteration) {
        for (int[] shape : new int[][] {{1, 1}, {5, 5}, {9, 4}, {4, 9}, {64, 64}}) {
            for (DType dtype : new DType[] {DType.F32, DType.F64}) {
                double u = dtype.unitRoundoff();
                for (double condition : new double[] {1, 10, 1e3, dtype == DType.F64 ? 1e10 : 1e5}) {
                    Matrix a = Dense.matrix(dtype, with(shape[0], shape[1], condition));
                    Matrix out = Layout.HEAP.garbage(dtype, shape[0], shape[1]);
                    // Rounding A to its type may make the last singular value smaller.
                    Polar.Result result = Polar.polar(stream, a, method(iteration, 1.5 * condition), out);
                    stream.reset();
                    String where = iteration + " " + dtype + " " + shape[0] + " x " + shape[1] + " " + condition;
                    assertThat(result.converged()).as(where + " " + result).isTrue();
                    assertThat(result.residual()).as(where).isLessThanOrEqualTo(1.5 * u);
                    double error = Dense.distance(Dense.array(out), factor(shape[0], shape[1]))
                            / Math.sqrt(Math.min(shape[0], shape[1]));
                    // The construction is off by a few u of F64 itself, times κ.
                    assertThat(error).as(where).isLessThanOrEqualTo((8 + 4 * condition) * u);
                }
            }
        }
    }

    /** The published numbers of steps of the pure minimax composition, which a cushion and a norm's slack raise by 1 or 2. */
    @ParameterizedTest
    @CsvSource({"1e-1, 4, 5", "1e-2, 6, 6", "1e-3, 7, 8", "1e-4, 9, 10", "1e-6, 12, 13", "1e-8, 15, 16", "1e-12, 22, 22"
    })
    void stepsAreFew(double lower, int single, int twice) {
        assertThat(PolarByProducts.schedule(4 * lower, DType.F32).steps()).hasSizeBetween(single - 1, single + 2);
        assertThat(PolarByProducts.schedule(4 * lower, DType.F64).steps()).hasSizeBetween(twice - 1, twice + 2);
    }

    @Test
    void tooHighABoundShowsInTheResult() {
        Matrix a = Dense.matrix(DType.F64, with(8, 8, 1e6));
        Matrix out = Matrix.allocate(DType.F64, 8, 8);
        assertThat(Polar.polar(stream, a, PolarMethod.polarExpress(1e-2), out).converged())
                .isFalse();
        assertThat(Polar.polar(stream, a, PolarMethod.polarExpress(5e-7), out).converged())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource(PolarMethod.Iteration.class)
    void singularAndSpecialMatrices(PolarMethod.Iteration iteration) {
        PolarMethod method = method(iteration, 1e3);
        double[][] singular = Dense.diagonal(1, 0.5, 0);
        Matrix out = Layout.HEAP.garbage(DType.F64, 3, 3);
        Polar.Result result = Polar.polar(stream, Dense.matrix(DType.F64, singular), method, out);
        stream.reset();
        // Halley and Newton fall back on singular values and complete U; products leave the null vector where it is.
        assertThat(result.converged()).isEqualTo(iteration != PolarMethod.Iteration.POLAR_EXPRESS);
        assertThat(Math.abs(out.get(2, 2))).isEqualTo(iteration == PolarMethod.Iteration.POLAR_EXPRESS ? 0 : 1);
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            Matrix spoiled = Dense.matrix(DType.F32, Dense.diagonal(1, bad, 1));
            assertThatThrownBy(() -> Polar.polar(stream, spoiled, method, spoiled))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("finite");
            stream.reset();
        }
        Matrix empty = Matrix.allocate(DType.F32, 0, 4);
        assertThat(Polar.polar(stream, empty, method, empty).converged()).isTrue();
        double[][] a = with(5, 8, 30);
        Matrix plain = Matrix.allocate(DType.F64, 5, 8);
        Polar.polar(stream, Dense.matrix(DType.F64, a), method, plain);
        stream.reset();
        for (int exponent : new int[] {-900, 900}) {
            Matrix scaled = Dense.matrix(DType.F64, Dense.scaled(a, Math.scalb(1.0, exponent)));
            Polar.polar(stream, scaled, method, scaled);
            stream.reset();
            assertThat(Dense.array(scaled)).isDeepEqualTo(Dense.array(plain));
        }
    }

    @ParameterizedTest
    @EnumSource(PolarMethod.Iteration.class)
    void waitsAsDocumented(PolarMethod.Iteration iteration) {
        Waits waits = new Waits();
        Matrix a = Dense.matrix(DType.F32, with(6, 9, 10));
        Polar.polar(waits.stream(), a, method(iteration, 20), a);
        assertThat(waits.take()).isEqualTo(iteration == PolarMethod.Iteration.POLAR_EXPRESS ? 6 : 3);
    }

    @Test
    void rejectsABoundThatIsNone() {
        for (double bound : new double[] {0, -1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> PolarMethod.polarExpress(bound))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(String.valueOf(bound));
        }
    }
}
