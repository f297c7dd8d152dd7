package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.properties.Generators;
import org.isospin.rotation.ExpDerivative;
import org.isospin.rotation.TruncatedExp;

/**
 * Group expm_truncated: the Taylor polynomial of exp, its action on W from the right and then from the left, the same with
 * the whole exponential, and the Fréchet derivative of exp.
 */
final class ExpTruncated implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        if (golden.inputs().contains("E")) {
            SkewMatrix a = SkewMatrix.copyOf(golden.input("A", mode));
            Matrix derivative = garbage(a.toDense());
            ExpDerivative.jvp(iso, a, SkewMatrix.copyOf(golden.input("E", mode)), derivative);
            out.put("L", derivative);
            return;
        }
        SkewMatrix right = SkewMatrix.copyOf(golden.input("A_in", mode));
        SkewMatrix left = SkewMatrix.copyOf(golden.input("A_out", mode));
        Matrix w = golden.input("W", mode);
        int degree = golden.integer("degree");
        out.put("exp_k_in", exp(iso, right, degree));
        out.put("exp_k_out", exp(iso, left, degree));
        Matrix turned = garbage(w);
        TruncatedExp.right(iso, right, degree, w, turned);
        out.put("W_right", turned);
        Matrix one = garbage(w);
        TruncatedExp.left(iso, left, degree, turned, one);
        out.put("W_right_left", "one side after the other", one);
        Matrix both = garbage(w);
        TruncatedExp.both(iso, left, right, degree, w, both);
        out.put("W_right_left", "both sides", both);
        Matrix half = garbage(w);
        Matrix exact = garbage(w);
        iso.multiply(w, iso.exp(right), half);
        iso.multiply(iso.exp(left), half, exact);
        out.put("W_exact_exponential", exact);
    }

    private static Matrix exp(Isospin iso, SkewMatrix a, int degree) {
        Matrix out = garbage(a.toDense());
        TruncatedExp.exp(iso, a, degree, out);
        return out;
    }

    private static Matrix garbage(Matrix like) {
        return Generators.garbage(Matrix.allocate(like.dtype(), like.rows(), like.columns()));
    }
}
