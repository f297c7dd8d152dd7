package org.isospin.bench.calibrate;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/**
 * Operands of one order and type in host memory, made of random rotations, so that no operation meets a case of its own.
 *
 * @param skew of norm about 1
 * @param general of singular values from 1 to 0.1
 * @param other the same, with other singular vectors
 * @param rotation a rotation without an eigenvalue near −1
 */
record Inputs(SkewMatrix skew, Matrix general, Matrix other, Matrix rotation) {
    private static final double LEAST = 0.1;
    private static final int LEFT = 1;
    private static final int RIGHT = 2;

    static Inputs of(Isospin iso, int n, DType dtype) {
        Matrix left = haar(iso, LEFT, n, dtype);
        Matrix right = haar(iso, RIGHT, n, dtype);
        SkewMatrix skew = SkewMatrix.project(left);
        return new Inputs(skew, product(iso, left, right), product(iso, right, left), iso.cayley(skew));
    }

    private static Matrix haar(Isospin iso, int seed, int n, DType dtype) {
        Matrix q = Matrix.allocate(dtype, n, n);
        iso.haarOrthogonal(seed, q);
        return q;
    }

    private static Matrix product(Isospin iso, Matrix left, Matrix right) {
        int n = left.rows();
        Matrix scaled = left.copy();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                scaled.set(i, j, left.get(i, j) * StrictMath.pow(LEAST, (double) j / n));
            }
        }
        Matrix out = Matrix.allocate(left.dtype(), n, n);
        iso.multiply(scaled, right, out);
        return out;
    }
}
