package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.measure.EnergyOptions;
import org.isospin.measure.HypersphericalEnergy;
import org.isospin.measure.Spectrum;
import org.isospin.merge.ActivationGeometry;
import org.isospin.merge.UpdateGeometry;
import org.isospin.properties.Dense;

/**
 * Group peft_arena: what tuning did to a weight (spectral) and to activations, and the energy and entropy of a weight (mhe). The
 * reference adds a constant to its denominators, which is put back here.
 */
final class PeftArena implements GroupRunner {
    /** Added to norms of activations and of Gram matrices. */
    private static final double OFFSET = 1e-12;

    /** Added to the norm of each singular vector, which is 1. */
    private static final double ALIGNMENT_OFFSET = 1e-10;

    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        switch (golden.name().split("_", -1)[0]) {
            case "spectral" -> update(iso, golden, mode, out);
            case "activation" -> activations(iso, golden, mode, out);
            default -> weight(iso, golden, mode, out);
        }
    }

    private static Matrix row(double[] values) {
        return Matrix.wrap(values, 1, values.length);
    }

    private static void update(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        UpdateGeometry geometry = UpdateGeometry.of(iso, golden.input("W_pre", mode), golden.input("W_ft", mode));
        int window = golden.integer("smoothness_window");
        double[] alignment = geometry.alignment();
        for (int i = 0; i < alignment.length; i++) {
            alignment[i] /= (1 + ALIGNMENT_OFFSET) * (1 + ALIGNMENT_OFFSET);
        }
        out.put("S_pre", row(geometry.baseValues()));
        out.put("delta_P_diag", row(geometry.shifts()));
        out.put("P_diag_ft", row(geometry.projectedValues()));
        out.put("E_delta", row(geometry.energies()));
        out.put("effective_rank", geometry.change().stableRank());
        out.put("delta_sv", row(geometry.change().values()));
        out.put("smoothness", geometry.fluctuation(window));
        out.put("smoothness_dev", row(geometry.fluctuations(window)));
        out.put("sva", row(alignment));
    }

    private static void activations(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix x0 = golden.input("x0", mode);
        ActivationGeometry geometry = ActivationGeometry.of(iso, x0, golden.input("x1", mode));
        Dense base = Dense.of(x0);
        double centred = withOffset(norm(base, Part.CENTRED));
        double gram = withOffset(norm(base, Part.COSINES));
        out.put("raw_residual", geometry.raw() * centred);
        out.put("proc_residual", geometry.procrustes() * centred);
        out.put("proc_improvement", geometry.improvement() * centred);
        out.put("gram_cosine_dist", geometry.gram() * gram);
        out.put("linear_cka", geometry.alignment());
    }

    /** {@return what a quotient by a norm is multiplied by, to have the offset in its denominator} */
    private static double withOffset(double norm) {
        return norm / (norm + OFFSET);
    }

    private enum Part {
        CENTRED,
        COSINES
    }

    private static double norm(Dense x, Part part) {
        Dense moved = Dense.zero(x.rows(), x.columns());
        for (int j = 0; part == Part.CENTRED && j < x.columns(); j++) {
            double sum = 0;
            for (int i = 0; i < x.rows(); i++) {
                sum += x.get(i, j);
            }
            for (int i = 0; i < x.rows(); i++) {
                moved.set(i, j, x.get(i, j) - sum / x.rows());
            }
        }
        for (int i = 0; part == Part.COSINES && i < x.rows(); i++) {
            double square = 0;
            for (int j = 0; j < x.columns(); j++) {
                square += x.get(i, j) * x.get(i, j);
            }
            for (int j = 0; j < x.columns(); j++) {
                moved.set(i, j, x.get(i, j) / Math.sqrt(square));
            }
        }
        return part == Part.CENTRED
                ? moved.frobenius()
                : moved.times(moved.transposed()).frobenius();
    }

    private static void weight(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix w = golden.input("W", mode);
        Spectrum spectrum = Spectrum.of(iso, w);
        out.put("mhe", HypersphericalEnergy.energy(iso, w, EnergyOptions.PION.withPower(golden.number("s"))));
        // The reference's entropy is not divided by its largest value.
        out.put("svd_entropy", spectrum.entropy() * Math.log(spectrum.size()));
    }
}
