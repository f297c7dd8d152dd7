package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.measure.OrthogonalityDerivative;
import org.isospin.polar.GramSchmidt;
import org.isospin.polar.GramSchmidtDerivative;
import org.isospin.polar.Lowdin;
import org.isospin.polar.LowdinDerivative;
import org.isospin.polar.Orthonormalization;
import org.isospin.polar.OrthonormalizationDerivative;
import org.isospin.properties.Generators;
import org.isospin.rotation.CayleyDerivative;
import org.isospin.rotation.CayleyStep;

/**
 * Group opt_orthogonal: Q of a square R, and the gradient of ⟨C, Q⟩, by Gram–Schmidt on rows (gs), Householder reflections on
 * columns (hr), Löwdin's way (ls) and the Cayley transform of R's strict upper triangle (cp); and the regulariser
 * ‖RRᵀ − I‖_F (or).
 */
final class OptOrthogonal implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix r = golden.input("R", mode);
        Matrix q = Generators.garbage(Matrix.allocate(r.dtype(), r.rows(), r.columns()));
        Matrix gradient = Generators.garbage(Matrix.allocate(r.dtype(), r.rows(), r.columns()));
        String kind = golden.name().split("_", -1)[1];
        if (kind.equals("or")) {
            regularizer(iso, r, gradient, out);
            out.put("grad", gradient);
            return;
        }
        Matrix c = golden.input("C", mode);
        switch (kind) {
            case "gs" -> {
                GramSchmidt.orthonormalize(iso, r.transposed(), GramSchmidt.Variant.CLASSICAL, q.transposed());
                GramSchmidtDerivative.vjp(iso, r.transposed(), c.transposed(), gradient.transposed());
            }
            case "hr" -> {
                Orthonormalization.Method method = Orthonormalization.Method.REFLECTIONS;
                Orthonormalization.orthonormalize(iso, r, method, q);
                OrthonormalizationDerivative.vjp(iso, r, method, c, gradient);
            }
            case "ls" -> {
                Lowdin.orthonormalize(iso, r, q);
                LowdinDerivative.vjp(iso, r, c, gradient);
            }
            case "cp" -> cayley(iso, r, c, q, gradient);
            default -> throw new IllegalArgumentException("no orthonormalisation is named " + kind);
        }
        out.put("Q", q);
        out.put("grad", gradient);
    }

    /** The strict lower triangle of R and its diagonal are not used. */
    private static void cayley(Isospin iso, Matrix r, Matrix c, Matrix q, Matrix gradient) {
        int n = r.rows();
        SkewMatrix s = SkewMatrix.allocate(r.dtype(), n);
        SkewMatrix packed = SkewMatrix.allocate(r.dtype(), n);
        for (int i = 0, at = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                s.packed().set(0, at++, r.get(i, j));
            }
        }
        iso.cayley(s, CayleyStep.FULL, q);
        CayleyDerivative.vjp(iso, s, CayleyStep.FULL, c, packed);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                gradient.set(i, j, i < j ? packed.get(i, j) : 0);
            }
        }
    }

    private static void regularizer(Isospin iso, Matrix r, Matrix gradient, Computed out) {
        out.put("loss", iso.orthogonality(r.transposed()).frobenius());
        OrthogonalityDerivative.vjp(iso, r.transposed(), 1, gradient.transposed());
    }
}
