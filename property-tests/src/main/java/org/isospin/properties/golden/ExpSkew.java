package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.properties.Generators;

/** Group expm_skew: exp(A) and exp(A) − I of a skew-symmetric A. */
final class ExpSkew implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        SkewMatrix a = SkewMatrix.copyOf(golden.input("A", mode));
        Matrix exp = Generators.garbage(Matrix.allocate(a.dtype(), a.order(), a.order()));
        iso.exp(a, exp);
        out.put("exp", exp);
        Matrix expm1 = Generators.garbage(Matrix.allocate(a.dtype(), a.order(), a.order()));
        iso.expm1(a, expm1);
        out.put("expm1", expm1);
    }
}
