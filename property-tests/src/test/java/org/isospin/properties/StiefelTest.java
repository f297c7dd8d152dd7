package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.rotation.Stiefel;
import org.isospin.rotation.StiefelGeodesic;
import org.isospin.rotation.StiefelMetric;
import org.isospin.rotation.StiefelRetraction;
import org.isospin.rotation.StiefelTransport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tangents, retractions, transports and geodesics of matrices with orthonormal columns, of every ratio of rows to columns. */
class StiefelTest extends OnEveryBackend {
    private static final int[][] SHAPES = {{1, 1}, {4, 1}, {5, 5}, {7, 5}, {8, 4}, {9, 4}, {20, 3}};

    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    private static Dense point(int[] shape) {
        return Generators.orthonormal(shape[0], shape[1], 3);
    }

    private static Dense tangent(Dense x, double size, long seed) {
        Dense g = Generators.gaussian(x.rows(), x.columns(), seed);
        Dense inner = x.transposed().times(g);
        Dense u = g.plus(-0.5, x.times(inner.plus(1, inner.transposed())));
        return Dense.zero(x.rows(), x.columns()).plus(size / Math.max(1e-300, u.norm2()), u);
    }

    private static Dense filled(DType dtype, Dense shape, java.util.function.Consumer<Matrix> call) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, shape.rows(), shape.columns()));
        call.accept(out);
        return Dense.of(out);
    }

    private static double inner(Dense a, Dense b) {
        return a.transposed().times(b).trace();
    }

    /** ⟨gradient, V⟩ = tr GᵀV for every tangent V, and a projection leaves tangents alone. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void gradientsRepresentDerivatives(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense x = point(shape);
            Dense g = Generators.gaussian(shape[0], shape[1], 4);
            Dense v = tangent(x, 1, 5);
            for (StiefelMetric metric : StiefelMetric.values()) {
                Dense found = filled(dtype, x, out -> Stiefel.gradient(iso, x.to(dtype), g.to(dtype), metric, out));
                double product = Stiefel.inner(iso, x.to(dtype), found.to(dtype), v.to(dtype), metric);
                // Each is a sum of at most 60 products of numbers of size 1 to 4.
                assertThat(product).isCloseTo(inner(g, v), within(200 * dtype.unitRoundoff()));
            }
            Dense same = filled(dtype, x, out -> Stiefel.projectTangent(iso, x.to(dtype), v.to(dtype), out));
            assertThat(same.plus(-1, v).max()).isLessThan(8 * dtype.unitRoundoff());
        }
    }

    /** What leaves X along U ends on the manifold, and agrees with X + U to first order; polar and Cayley to second. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void retractionsStartAlongTheirTangent(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense x = point(shape);
            for (StiefelRetraction retraction : StiefelRetraction.values()) {
                BiConsumer<Dense, Matrix> map = (u, out) -> retraction.retract(iso, x.to(dtype), u.to(dtype), out);
                checkOrthonormal(dtype, x, map);
                if (dtype == DType.F64) {
                    checkSlope(x, map);
                }
            }
            for (StiefelMetric metric : StiefelMetric.values()) {
                BiConsumer<Dense, Matrix> map =
                        (u, out) -> StiefelGeodesic.exp(iso, x.to(dtype), u.to(dtype), metric, out);
                checkOrthonormal(dtype, x, map);
                if (dtype == DType.F64) {
                    checkSlope(x, map);
                }
            }
        }
    }

    private static void checkOrthonormal(DType dtype, Dense x, BiConsumer<Dense, Matrix> map) {
        for (double size : new double[] {0, 1e-300, 1e-30, 1e-3, 1, 10}) {
            Dense u = tangent(x, size, 6);
            Dense y = filled(dtype, x, out -> map.accept(u, out));
            // X itself is rounded, and bases are orthonormal to 4u; angles of size·2 round by as many u.
            assertThat(y.orthogonalityDefect()).as("size %s", size).isLessThan((24 + 4 * size) * dtype.unitRoundoff());
            if (size <= 1e-30) {
                assertThat(y.plus(-1, x).max()).isLessThan(16 * dtype.unitRoundoff());
            }
        }
    }

    private static void checkSlope(Dense x, BiConsumer<Dense, Matrix> map) {
        Dense u = tangent(x, 0.3, 7);
        UnaryOperator<Dense> along = h -> filled(
                DType.F64,
                x,
                out -> map.accept(Dense.zero(x.rows(), x.columns()).plus(h.get(0, 0), u), out));
        DerivativeLaws.jvp("a retraction", along, Dense.zero(1, 1), Dense.identity(1), u)
                .orThrow();
    }

    /** A geodesic has constant speed and its Euclidean acceleration is normal to the manifold. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void geodesicsContinueThemselves(String backend, DType dtype) {
        if (dtype != DType.F64) {
            return;
        }
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense x = point(shape);
            Dense u = tangent(x, 1.2, 8);
            for (StiefelMetric metric : StiefelMetric.values()) {
                UnaryOperator<Dense> path = t -> filled(
                        DType.F64,
                        x,
                        out -> StiefelGeodesic.exp(
                                iso,
                                x.to(DType.F64),
                                Dense.zero(x.rows(), x.columns())
                                        .plus(t.get(0, 0), u)
                                        .to(DType.F64),
                                metric,
                                out));
                Dense half = Dense.zero(1, 1);
                half.set(0, 0, 0.5);
                Dense middle = path.apply(half);
                Dense velocity = DerivativeLaws.slope(path, half, Dense.identity(1));
                // The geodesic that leaves its middle with its velocity there comes to the same end.
                Dense end = filled(
                        DType.F64,
                        x,
                        out -> StiefelGeodesic.exp(
                                iso,
                                middle.to(DType.F64),
                                Dense.zero(x.rows(), x.columns())
                                        .plus(0.5, velocity)
                                        .to(DType.F64),
                                metric,
                                out));
                assertThat(end.plus(-1, path.apply(Dense.identity(1))).max()).isLessThan(1e-11);
                double before = Stiefel.inner(iso, x.to(DType.F64), u.to(DType.F64), u.to(DType.F64), metric);
                double after = Stiefel.inner(
                        iso, middle.to(DType.F64), velocity.to(DType.F64), velocity.to(DType.F64), metric);
                assertThat(after).isCloseTo(before, within(1e-11));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void transportKeepsTangentsTangent(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        double u = dtype.unitRoundoff();
        for (int[] shape : SHAPES) {
            Dense x = point(shape);
            Matrix step = tangent(x, 0.7, 9).to(dtype);
            Matrix v = tangent(x, 1, 10).to(dtype);
            Matrix y = Generators.garbage(Matrix.allocate(dtype, shape[0], shape[1]));
            Matrix w = Generators.garbage(Matrix.allocate(dtype, shape[0], shape[1]));
            StiefelTransport.alongCayley(iso, x.to(dtype), step, v, y, w);
            Dense same = filled(dtype, x, out -> StiefelRetraction.CAYLEY.retract(iso, x.to(dtype), step, out));
            assertThat(Dense.of(y).plus(-1, same).max()).isLessThan(8 * u);
            Dense inner = Dense.of(y).transposed().times(Dense.of(w));
            assertThat(inner.plus(1, inner.transposed()).max()).isLessThan(32 * u);
            assertThat(Dense.of(w).frobenius()).isCloseTo(Dense.of(v).frobenius(), within(32 * u));
            Dense projected = filled(dtype, x, out -> StiefelTransport.byProjection(iso, y, v, out));
            Dense there = Dense.of(y).transposed().times(projected);
            assertThat(there.plus(1, there.transposed()).max()).isLessThan(32 * u);
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void wideMatricesAreRefused(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        Matrix wide = Matrix.allocate(dtype, 2, 3);
        for (Runnable call : List.<Runnable>of(
                () -> Stiefel.project(iso, wide, wide),
                () -> Stiefel.projectTangent(iso, wide, wide, wide),
                () -> StiefelRetraction.QR.retract(iso, wide, wide, wide),
                () -> StiefelGeodesic.exp(iso, wide, wide, StiefelMetric.CANONICAL, wide))) {
            assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining("2 x 3");
        }
    }
}
