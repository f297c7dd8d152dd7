package org.isospin.properties.golden;

import java.util.Locale;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Iso;
import org.isospin.optim.ObliqueSgd;
import org.isospin.optim.PolarGradient;
import org.isospin.optim.RowCentering;
import org.isospin.optim.UnitVectors;
import org.isospin.rotation.StiefelRetraction;

/**
 * Group emerging_manifold: Iso with each retraction, SGD on the oblique manifold, the polar factors, and the one-sided polar
 * gradient.
 */
final class EmergingManifold implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        if (golden.name().startsWith("iso")) {
            Iso optimizer = Iso.builder()
                    .learningRate(golden.number("lr"))
                    .momentum(golden.number("momentum"))
                    .retraction(
                            StiefelRetraction.valueOf(golden.text("retraction").toUpperCase(Locale.ROOT)))
                    .build(iso);
            OptimizerRuns.run(golden, mode, optimizer, spec -> spec, out, "W", "W", "sigma", "sigma");
        } else if (golden.name().startsWith("oblique")) {
            ObliqueSgd optimizer = ObliqueSgd.builder()
                    .learningRate(golden.number("lr"))
                    .momentum(golden.number("momentum"))
                    .weightDecay(golden.number("weight_decay"))
                    .vectors(golden.integer("dim") == 0 ? UnitVectors.INPUTS : UnitVectors.OUTPUTS)
                    .build(iso);
            OptimizerRuns.run(golden, mode, optimizer, spec -> spec, out, "W", "W", "momentum", "momentum");
        } else if (golden.isSet("alpha")) {
            Matrix a = golden.input("A", mode);
            Matrix update = OptimizerRuns.result(a);
            RowCentering centering = golden.truth("center_rows") ? RowCentering.ON : RowCentering.OFF;
            PolarGradient.update(iso, a, golden.number("alpha"), centering, update);
            out.put("update", update);
        } else {
            Matrix a = golden.input("A", mode);
            Matrix u = OptimizerRuns.result(a);
            Matrix p = Matrix.allocate(a.dtype(), a.columns(), a.columns());
            Matrix s = Matrix.allocate(a.dtype(), 1, a.columns());
            iso.polar(a, u);
            iso.multiply(u.transposed(), a, p);
            iso.singularValues(a, s);
            out.put("U", u);
            out.put("P", p);
            out.put("S", s);
        }
    }
}
