package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.properties.Generators;
import org.isospin.rotation.CayleyDerivative;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.ExpDerivative;

/**
 * Group geotorch: Y = base·f(A), f = exp or Cayley with half step, A the skew matrix of a triangle of X, and the gradient of tr(Y·base)
 * with respect to X. For n × k matrices with orthonormal columns X is padded with zeros and Y the first k columns; wide ones
 * are transposed.
 */
final class Geotorch implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix base = golden.input("base", mode);
        Matrix given = golden.input("X", mode);
        boolean isExp = golden.text("triv").equals("expm");
        boolean isWide = given.rows() < given.columns();
        Matrix x = isWide ? given.transposed() : given;
        int n = base.rows();
        boolean isUpper = golden.name().contains("upper");
        SkewMatrix a = skew(x, n, isUpper);
        Matrix turned = Generators.garbage(Matrix.allocate(x.dtype(), n, n));
        Matrix y = Generators.garbage(Matrix.allocate(x.dtype(), n, n));
        if (isExp) {
            iso.exp(a, turned);
        } else {
            iso.cayley(a, CayleyStep.HALF, turned);
        }
        iso.multiply(base, turned, y);
        Matrix columns = y.view(0, 0, n, x.columns());
        out.put("Y", isWide ? columns.transposed() : columns);
        if (!golden.name().startsWith("stiefel")) {
            out.put("grad_X", gradient(iso, a, base, isExp, isUpper));
        }
    }

    /** A has X's strict triangle, and its opposite in the other. */
    private static SkewMatrix skew(Matrix x, int n, boolean isUpper) {
        SkewMatrix a = SkewMatrix.allocate(x.dtype(), n);
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                double below = i < x.columns() && !isUpper ? -x.get(j, i) : 0;
                a.packed().set(0, at++, isUpper ? x.get(i, j) : below);
            }
        }
        return a;
    }

    /** tr(base·f(A)·base) has the cotangent baseᵀ·baseᵀ at f(A). */
    private static Matrix gradient(Isospin iso, SkewMatrix a, Matrix base, boolean isExp, boolean isUpper) {
        int n = a.order();
        Matrix cotangent = Generators.garbage(Matrix.allocate(a.dtype(), n, n));
        iso.multiply(base.transposed(), base.transposed(), cotangent);
        SkewMatrix packed = SkewMatrix.allocate(a.dtype(), n);
        Generators.garbage(packed.packed());
        if (isExp) {
            ExpDerivative.vjp(iso, a, cotangent, packed);
        } else {
            CayleyDerivative.vjp(iso, a, CayleyStep.HALF, cotangent, packed);
        }
        Matrix out = Matrix.allocate(a.dtype(), n, n);
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                double value = packed.packed().get(0, at++);
                if (isUpper) {
                    out.set(i, j, value);
                } else {
                    out.set(j, i, -value);
                }
            }
        }
        return out;
    }
}
