package org.isospin.bench.inspect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.checkpoint.TensorView;
import org.isospin.measure.EnergyOptions;
import org.isospin.measure.HypersphericalEnergy;
import org.isospin.measure.Spectrum;
import org.isospin.merge.ExpertRotation;
import org.isospin.merge.OrthoMerge;
import org.isospin.merge.OrthoMergeOptions;
import org.isospin.merge.OrthoMergeOptions.HalfTurns;
import org.isospin.merge.OrthoMergeOptions.Side;
import org.jspecify.annotations.Nullable;

/**
 * What one matrix is like.
 *
 * @param tensor its name, type and shape
 * @param spectrum its singular values
 * @param energy the hyperspherical energy of its rows (s = 2, mean over pairs, full space) over that of uniform directions; NaN where
 *     it was not measured, or uniform directions have none
 * @param change what became of it since the base; null without one
 */
record MatrixFigures(
        TensorView tensor,
        Spectrum spectrum,
        double energy,
        @Nullable Change change) {
    /**
     * What tuning did.
     *
     * @param size ‖W − W₀‖_F/‖W₀‖_F
     * @param drift maxⱼ |σⱼ − σⱼ⁰|/σ₁⁰
     * @param angle the largest angle of the rotation R of the shorter side that takes W₀ nearest to W, in radians
     * @param meanAngle the root mean square of its angles over all dimensions
     * @param residual ‖W − W₀R‖_F/‖W − W₀‖_F: what of the change that rotation does not explain; 0 for no change
     */
    record Change(double size, double drift, double angle, double meanAngle, double residual) {}

    /** The shares of singular values that are larger, of which a figure is told. */
    private static final double[] QUANTILES = {0.1, 0.5, 0.9};

    /**
     * {@return the figures}
     *
     * @param neurons rows up to which the energy is measured: its work grows with their square
     */
    static MatrixFigures measure(Isospin iso, TensorView tensor, @Nullable TensorView base, int neurons) {
        Matrix w = tensor.matrix();
        Spectrum spectrum = Spectrum.of(iso, w);
        double energy = Double.NaN;
        if (w.rows() > 1 && w.rows() <= neurons && w.columns() > 0) {
            double uniform = HypersphericalEnergy.uniform(w.rows(), w.columns(), EnergyOptions.DEFAULT);
            double own = HypersphericalEnergy.energy(iso, w, EnergyOptions.DEFAULT);
            energy = Double.isFinite(uniform) ? own / uniform : Double.NaN;
        }
        return new MatrixFigures(
                tensor, spectrum, energy, base == null ? null : change(iso, base.matrix(), w, spectrum));
    }

    private static Change change(Isospin iso, Matrix base, Matrix w, Spectrum spectrum) {
        Spectrum before = Spectrum.of(iso, base);
        OrthoMergeOptions options =
                OrthoMergeOptions.DEFAULT.withSide(Side.SHORTER).withHalfTurns(HalfTurns.TO_RESIDUAL, Math.PI);
        int order = Math.min(base.rows(), base.columns());
        Matrix r = Matrix.allocate(DType.F64, order, order);
        ExpertRotation rotation = OrthoMerge.decouple(
                        iso,
                        base,
                        List.of(w),
                        new double[] {1},
                        options,
                        r,
                        Matrix.allocate(DType.F32, base.rows(), base.columns()),
                        List.of(Matrix.allocate(DType.F32, base.rows(), base.columns())))
                .experts()
                .getFirst();
        double[] angles = angles(iso, rotation, r);
        return new Change(
                quotient(rotation.change(), before.frobeniusNorm()),
                spectrum.driftFrom(before).max(),
                Arrays.stream(angles).max().orElse(0),
                Math.sqrt(Arrays.stream(angles).map(x -> x * x).average().orElse(0)),
                quotient(rotation.residual(), rotation.change()));
    }

    /** {@return the angles of R, of which R − I has the singular values 2·sin(θ/2); of a half turn that R leaves out, π alone} */
    private static double[] angles(Isospin iso, ExpertRotation rotation, Matrix r) {
        if (rotation.outcome() == ExpertRotation.Outcome.HALF_TURN) {
            return new double[] {rotation.angle()};
        }
        for (int i = 0; i < r.rows(); i++) {
            r.set(i, i, r.get(i, i) - 1);
        }
        return Arrays.stream(Spectrum.of(iso, r).values())
                .map(sigma -> 2 * Math.asin(Math.min(1, sigma / 2)))
                .toArray();
    }

    private static double quotient(double a, double b) {
        return a == 0 ? 0 : a / b;
    }

    /** {@return the singular value that a share of all is above, over the largest} */
    private double quantile(double share) {
        int p = spectrum.size();
        return p == 0 ? 0 : quotient(spectrum.value((int) Math.min(p - 1.0, Math.floor(share * p))), spectrum.value(0));
    }

    /** {@return every figure by its name in reports} */
    SequencedMap<String, Double> figures() {
        SequencedMap<String, Double> all = new LinkedHashMap<>();
        int p = spectrum.size();
        all.put("largest", spectrum.spectralNorm());
        for (double share : QUANTILES) {
            all.put("quantile" + Math.round(100 * share), quantile(share));
        }
        all.put("smallest", p == 0 ? 0 : quotient(spectrum.value(p - 1), spectrum.value(0)));
        all.put("entropy", spectrum.entropy());
        all.put("stableRank", spectrum.stableRank());
        all.put("effectiveRank", spectrum.effectiveRank());
        all.put("energy", energy);
        if (change != null) {
            all.put("change", change.size);
            all.put("drift", change.drift);
            all.put("angle", change.angle);
            all.put("meanAngle", change.meanAngle);
            all.put("residual", change.residual);
        }
        return all;
    }

    /** {@return what the figures are called in tables, in their order} */
    static List<String> headings(boolean isCompared) {
        List<String> headings = new ArrayList<>(List.of("σ₁"));
        for (double share : QUANTILES) {
            headings.add("σ" + Math.round(100 * share) + "%/σ₁");
        }
        headings.addAll(List.of("σₚ/σ₁", "entropy", "stable", "effective", "energy"));
        if (isCompared) {
            headings.addAll(List.of("change", "drift", "angle", "mean angle", "residual"));
        }
        return headings;
    }
}
