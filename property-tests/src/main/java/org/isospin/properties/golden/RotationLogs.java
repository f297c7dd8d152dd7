package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.properties.Generators;
import org.isospin.rotation.RotationLog;

/** Group logm_rotation: the principal logarithm of a rotation R. */
final class RotationLogs implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix r = golden.input("R", mode);
        SkewMatrix log = SkewMatrix.allocate(r.dtype(), r.rows());
        Generators.garbage(log.packed());
        RotationLog.log(iso, r, log);
        out.put("log", log.toDense());
    }
}
