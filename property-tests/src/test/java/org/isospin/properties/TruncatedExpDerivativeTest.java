package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.TruncatedExp;
import org.isospin.rotation.TruncatedExpDerivative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The derivatives of truncated exponentials and of their actions against slopes: in A, in W, and in both sides at once. */
class TruncatedExpDerivativeTest {
    private static final int M = 7;
    private static final int N = 5;

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Matrix matrix(int rows, int columns) {
        return Generators.garbage(Matrix.allocate(DType.F64, rows, columns));
    }

    private static SkewMatrix skew(int n) {
        SkewMatrix out = SkewMatrix.allocate(DType.F64, n);
        Generators.garbage(out.packed());
        return out;
    }

    private static SkewMatrix skew(int n, Dense all, int from) {
        return SkewMatrix.wrap(n, part(all, from, 1, SkewMatrix.packedLength(n)));
    }

    /** Elements of a row as a matrix of their own. */
    private static Matrix part(Dense all, int from, int rows, int columns) {
        Matrix out = Matrix.allocate(DType.F64, rows, columns);
        for (int i = 0; i < rows * columns; i++) {
            out.set(i / columns, i % columns, all.get(0, from + i));
        }
        return out;
    }

    /** Matrices one after the other, as a row. */
    private static Dense row(Matrix... parts) {
        int length = 0;
        for (Matrix part : parts) {
            length += part.rows() * part.columns();
        }
        Dense out = Dense.zero(1, length);
        int at = 0;
        for (Matrix part : parts) {
            for (int i = 0; i < part.rows(); i++) {
                for (int j = 0; j < part.columns(); j++) {
                    out.set(0, at++, part.get(i, j));
                }
            }
        }
        return out;
    }

    @ParameterizedTest
    @MethodSource("backends")
    void ofThePolynomial(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int degree : new int[] {0, 1, 2, 3, 4, 5, 8, 13}) {
            for (double norm : new double[] {1e-9, 0.3, 2}) {
                SkewMatrix a = Generators.skew(DType.F64, N, norm, 1);
                SkewMatrix v = Generators.skew(DType.F64, N, 1, 2);
                Dense g = Generators.gaussian(N, N, 3);
                UnaryOperator<Dense> map =
                        p -> Subjects.apply((x, out) -> TruncatedExp.exp(iso, x, degree, out), skew(N, p, 0));
                Dense x = Dense.of(a.packed());
                Matrix slope = matrix(N, N);
                TruncatedExpDerivative.jvp(iso, a, degree, v, slope);
                SkewMatrix gradient = skew(N);
                TruncatedExpDerivative.vjp(iso, a, degree, g.to(DType.F64), gradient);
                String name = "E_" + degree;
                if (degree > 0) {
                    DerivativeLaws.jvp(name, map, x, Dense.of(v.packed()), Dense.of(slope))
                            .orThrow();
                }
                DerivativeLaws.vjp(name, map, x, Dense.of(v.packed()), g, Dense.of(gradient.packed()))
                        .orThrow();
            }
        }
    }

    /** An action of one skew matrix, with its derivatives. */
    private interface OneSide {
        void apply(Isospin iso, SkewMatrix a, int degree, Matrix w, Matrix out);

        void jvp(Isospin iso, SkewMatrix a, int degree, Matrix w, SkewMatrix da, Matrix dw, Matrix out);

        void vjp(Isospin iso, SkewMatrix a, int degree, Matrix w, Matrix g, SkewMatrix aOut, Matrix wOut);
    }

    private static final OneSide LEFT = new OneSide() {
        @Override
        public void apply(Isospin iso, SkewMatrix a, int degree, Matrix w, Matrix out) {
            TruncatedExp.left(iso, a, degree, w, out);
        }

        @Override
        public void jvp(Isospin iso, SkewMatrix a, int degree, Matrix w, SkewMatrix da, Matrix dw, Matrix out) {
            TruncatedExpDerivative.leftJvp(iso, a, degree, w, da, dw, out);
        }

        @Override
        public void vjp(Isospin iso, SkewMatrix a, int degree, Matrix w, Matrix g, SkewMatrix aOut, Matrix wOut) {
            TruncatedExpDerivative.leftVjp(iso, a, degree, w, g, aOut, wOut);
        }
    };

    private static final OneSide RIGHT = new OneSide() {
        @Override
        public void apply(Isospin iso, SkewMatrix a, int degree, Matrix w, Matrix out) {
            TruncatedExp.right(iso, a, degree, w, out);
        }

        @Override
        public void jvp(Isospin iso, SkewMatrix a, int degree, Matrix w, SkewMatrix da, Matrix dw, Matrix out) {
            TruncatedExpDerivative.rightJvp(iso, a, degree, w, da, dw, out);
        }

        @Override
        public void vjp(Isospin iso, SkewMatrix a, int degree, Matrix w, Matrix g, SkewMatrix aOut, Matrix wOut) {
            TruncatedExpDerivative.rightVjp(iso, a, degree, w, g, aOut, wOut);
        }
    };

    @ParameterizedTest
    @MethodSource("backends")
    void ofActionsOnOneSide(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int degree : new int[] {0, 1, 2, 3, 6}) {
            oneSide(iso, "E·W", LEFT, M, degree);
            oneSide(iso, "W·E", RIGHT, N, degree);
        }
    }

    private static void oneSide(Isospin iso, String name, OneSide side, int order, int degree) {
        int length = SkewMatrix.packedLength(order);
        SkewMatrix a = Generators.skew(DType.F64, order, 0.7, 1);
        SkewMatrix da = Generators.skew(DType.F64, order, 1, 2);
        Matrix w = Generators.gaussian(M, N, 3).to(DType.F64);
        Matrix dw = Generators.gaussian(M, N, 4).to(DType.F64);
        Matrix g = Generators.gaussian(M, N, 5).to(DType.F64);
        UnaryOperator<Dense> map = all -> {
            Matrix out = matrix(M, N);
            side.apply(iso, skew(order, all, 0), degree, part(all, length, M, N), out);
            return Dense.of(out);
        };
        Dense x = row(a.packed(), w);
        Dense direction = row(da.packed(), dw);
        Matrix slope = matrix(M, N);
        side.jvp(iso, a, degree, w, da, dw, slope);
        DerivativeLaws.jvp(name, map, x, direction, Dense.of(slope)).orThrow();
        SkewMatrix aGradient = skew(order);
        Matrix wGradient = matrix(M, N);
        side.vjp(iso, a, degree, w, g, aGradient, wGradient);
        DerivativeLaws.vjp(name, map, x, direction, Dense.of(g), row(aGradient.packed(), wGradient))
                .orThrow();
        // Apart, so that an error in one gradient cannot hide behind the other.
        Dense none = row(SkewMatrix.allocate(DType.F64, order).packed(), dw);
        DerivativeLaws.vjp(name, map, x, none, Dense.of(g), row(aGradient.packed(), wGradient))
                .orThrow();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void ofActionsOnBothSides(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int degree : new int[] {1, 2, 5}) {
            int left = SkewMatrix.packedLength(M);
            int right = SkewMatrix.packedLength(N);
            SkewMatrix l = Generators.skew(DType.F64, M, 0.7, 1);
            SkewMatrix r = Generators.skew(DType.F64, N, 0.6, 2);
            SkewMatrix dl = Generators.skew(DType.F64, M, 1, 3);
            SkewMatrix dr = Generators.skew(DType.F64, N, 1, 4);
            Matrix w = Generators.gaussian(M, N, 5).to(DType.F64);
            Matrix dw = Generators.gaussian(M, N, 6).to(DType.F64);
            Matrix g = Generators.gaussian(M, N, 7).to(DType.F64);
            UnaryOperator<Dense> map = all -> {
                Matrix out = matrix(M, N);
                Matrix turned = part(all, left + right, M, N);
                TruncatedExp.both(iso, skew(M, all, 0), skew(N, all, left), degree, turned, out);
                return Dense.of(out);
            };
            Dense x = row(l.packed(), r.packed(), w);
            Dense direction = row(dl.packed(), dr.packed(), dw);
            Matrix slope = matrix(M, N);
            TruncatedExpDerivative.bothJvp(iso, l, r, degree, w, dl, dr, dw, slope);
            DerivativeLaws.jvp("E·W·E", map, x, direction, Dense.of(slope)).orThrow();
            SkewMatrix lGradient = skew(M);
            SkewMatrix rGradient = skew(N);
            Matrix wGradient = matrix(M, N);
            TruncatedExpDerivative.bothVjp(iso, l, r, degree, w, g, lGradient, rGradient, wGradient);
            Dense gradient = row(lGradient.packed(), rGradient.packed(), wGradient);
            DerivativeLaws.vjp("E·W·E", map, x, direction, Dense.of(g), gradient)
                    .orThrow();
        }
    }

    @Test
    void aDegreeBelowZeroIsRejected() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        SkewMatrix a = SkewMatrix.allocate(DType.F64, 3);
        Matrix out = Matrix.allocate(DType.F64, 3, 3);
        assertThatThrownBy(() -> TruncatedExp.exp(iso, a, -1, out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> TruncatedExpDerivative.jvp(iso, a, -1, a, out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }
}
