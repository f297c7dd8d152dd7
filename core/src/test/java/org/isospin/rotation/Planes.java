package org.isospin.rotation;

import java.util.function.DoubleUnaryOperator;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Dense;

/** Skew matrices of planes with known angles, and what becomes of them. */
final class Planes {
    private Planes() {}

    /** {@return the skew matrix of order 2 that turns by an angle} */
    static SkewMatrix plane(DType dtype, double angle) {
        SkewMatrix a = SkewMatrix.allocate(dtype, 2);
        a.packed().set(0, 0, angle);
        return a;
    }

    /** {@return a dense skew matrix as a packed one} */
    static SkewMatrix skew(DType dtype, double[][] a) {
        return SkewMatrix.project(Dense.matrix(dtype, a));
    }

    /** {@return a skew matrix with normal elements times a factor} */
    static SkewMatrix gaussian(DType dtype, int n, double factor, long seed) {
        return skew(dtype, Dense.scaled(Dense.gaussian(n, n, seed), 2 * factor));
    }

    /** {@return −A} */
    static SkewMatrix opposite(SkewMatrix a) {
        SkewMatrix out = SkewMatrix.allocate(a.dtype(), a.order());
        for (int i = 0; i < a.packed().columns(); i++) {
            out.packed().set(0, i, -a.packed().get(0, i));
        }
        return out;
    }

    /**
     * {@return V·D·Vᵀ with D of planes of angle, angle/2, angle/3, … that have c(θ) on the diagonal, s(θ) above and −s(θ)
     * below, and an orthogonal V that the order alone decides}
     */
    static double[][] turned(int n, double angle, DoubleUnaryOperator diagonal, DoubleUnaryOperator above) {
        double[][] d = new double[n][n];
        for (int j = 0; 2 * j + 1 < n; j++) {
            double theta = angle / (j + 1);
            d[2 * j][2 * j] = diagonal.applyAsDouble(theta);
            d[2 * j + 1][2 * j + 1] = d[2 * j][2 * j];
            d[2 * j][2 * j + 1] = above.applyAsDouble(theta);
            d[2 * j + 1][2 * j] = -d[2 * j][2 * j + 1];
        }
        if (n % 2 == 1) {
            d[n - 1][n - 1] = diagonal.applyAsDouble(0);
        }
        double[][] v = Dense.orthogonal(n, 1);
        return Dense.multiply(Dense.multiply(v, d), Dense.transpose(v));
    }

    /** {@return a new matrix full of NaN} */
    static Matrix garbage(DType dtype, int n) {
        Matrix out = Matrix.allocate(dtype, n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                out.set(i, j, Double.NaN);
            }
        }
        return out;
    }
}
