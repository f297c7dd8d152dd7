package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Generators;

/**
 * Group polar_msign: the orthogonal polar factor U of A, the positive factor P = UᵀA (AUᵀ if A is wide) and the singular
 * values.
 */
final class PolarFactor implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix a = golden.input("A", mode);
        Matrix u = Generators.garbage(Matrix.allocate(a.dtype(), a.rows(), a.columns()));
        iso.polar(a, u);
        out.put("U", u);
        int n = Math.min(a.rows(), a.columns());
        Matrix p = Generators.garbage(Matrix.allocate(a.dtype(), n, n));
        if (a.rows() >= a.columns()) {
            iso.multiply(u.transposed(), a, p);
        } else {
            iso.multiply(a, u.transposed(), p);
        }
        out.put("P", p);
        Matrix values = Generators.garbage(Matrix.allocate(a.dtype(), 1, n));
        iso.singularValues(a, values);
        out.put("singular_values", values);
    }
}
