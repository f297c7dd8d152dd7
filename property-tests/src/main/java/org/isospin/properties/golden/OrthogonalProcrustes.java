package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.polar.Group;
import org.isospin.polar.Procrustes;
import org.isospin.properties.Generators;

/**
 * Group procrustes: R in O(n) that minimises ‖AR − B‖_F, with residual ‖AR − B‖_F and scale ‖AᵀB‖_* (the nuclear norm);
 * R_so, the same in SO(n).
 */
final class OrthogonalProcrustes implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix a = golden.input("A", mode);
        Matrix b = golden.input("B", mode);
        Matrix r = Generators.garbage(Matrix.allocate(a.dtype(), a.columns(), a.columns()));
        Procrustes.Result best = iso.procrustes(a, b, Group.ORTHOGONAL, r);
        out.put("R", r);
        out.put("scale", best.scale());
        out.put("residual", best.residual());
        Matrix rotation = Generators.garbage(Matrix.allocate(a.dtype(), a.columns(), a.columns()));
        iso.procrustes(a, b, Group.ROTATION, rotation);
        out.put("R_so", rotation);
    }
}
