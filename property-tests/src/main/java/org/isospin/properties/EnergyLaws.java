package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.measure.EnergyOptions;

/**
 * Laws of the hyperspherical energy: rotations of the input and positive factors of rows leave it as it is, in half-space signs of
 * rows too, and it hides no NaN.
 *
 * <p>Rounding rows to a type moves directions by u, cosines by 2u, and every pair's x⁻² by its slope 2x⁻⁴ times that.
 */
public final class EnergyLaws {
    /** Measures neurons, the rows of W. */
    @FunctionalInterface
    public interface Measure {
        /**
         * {@return the energy}
         *
         * @param w W, n × d
         * @param options which energy
         */
        double energy(Matrix w, EnergyOptions options);
    }

    private static final int[][] SHAPES = {{2, 2}, {5, 8}, {12, 3}, {40, 17}, {300, 24}};

    private EnergyLaws() {}

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param measure the measure
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(Measure measure, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            Dense w = Generators.gaussian(shape[0], shape[1], seed);
            for (EnergyOptions options : new EnergyOptions[] {EnergyOptions.DEFAULT, EnergyOptions.PION}) {
                worst.add(rotation(measure, options, dtype, w, seed));
                worst.add(scaling(measure, options, dtype, w));
                worst.add(nan(measure, options, dtype, w));
            }
            worst.add(signs(measure, EnergyOptions.PION, dtype, w));
        }
        return worst.results();
    }

    /** Finds a gradient. */
    @FunctionalInterface
    public interface Gradient {
        /**
         * Finds the energy's gradient.
         *
         * @param w W, n × d; must not be changed
         * @param options which energy
         * @param out n × d, receives ∂E/∂W
         */
        void apply(Matrix w, EnergyOptions options, Matrix out);
    }

    /**
     * {@return the law that the gradient is the slope, in every form, the worst case}
     *
     * @param measure the measure
     * @param gradient its gradient, under test
     * @param seed any number
     */
    public static List<LawResult> checkGradient(Measure measure, Gradient gradient, long seed) {
        Worst worst = new Worst();
        Dense w = Generators.gaussian(6, 12, seed);
        Dense direction = Dense.zero(6, 12).plus(0.05, Generators.gaussian(6, 12, seed + 1));
        for (EnergyOptions.Distance distance : EnergyOptions.Distance.values()) {
            for (EnergyOptions.Space space : EnergyOptions.Space.values()) {
                for (int power = 0; power <= 2; power++) {
                    EnergyOptions options = EnergyOptions.DEFAULT
                            .withDistance(distance)
                            .withSpace(space)
                            .withPower(power);
                    Dense found = Subjects.apply((x, out) -> gradient.apply(x, options, out), DType.F64, w);
                    worst.add(DerivativeLaws.vjp(
                            "the hyperspherical energy",
                            x -> number(energy(measure, options, DType.F64, x)),
                            w,
                            direction,
                            number(1),
                            found));
                }
            }
        }
        return worst.results();
    }

    private static Dense number(double value) {
        return Dense.zero(1, 1).plus(value, Dense.identity(1));
    }

    private static double energy(Measure measure, EnergyOptions options, DType dtype, Dense w) {
        return measure.energy(w.to(dtype), options);
    }

    /**
     * {@return the law that E(W·Q) = E(W)}
     *
     * @param measure the measure
     * @param options s = 2, the mean of true directions
     * @param dtype element type
     * @param w W
     * @param seed decides Q
     */
    public static LawResult rotation(Measure measure, EnergyOptions options, DType dtype, Dense w, long seed) {
        Dense rounded = Dense.of(w.to(dtype));
        Dense turned = rounded.times(Generators.orthonormal(w.columns(), w.columns(), seed + 1));
        double error = Math.abs(energy(measure, options, dtype, turned) - energy(measure, options, dtype, rounded));
        // Sums of d products and of n² terms round in F64, and so did Q.
        double u = 2 * dtype.unitRoundoff() + 16 * Math.sqrt(w.columns() + w.rows()) * DType.F64.unitRoundoff();
        // Twice, for terms of higher order.
        return new LawResult("E(WQ) = E(W)", Subjects.describe(dtype, w), error, 2 * u * sensitivity(rounded, options));
    }

    /** The mean slope of pairs of neurons. */
    private static double sensitivity(Dense w, EnergyOptions options) {
        double sum = 0;
        int n = w.rows();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double c = cosine(w, i, j);
                double far = options.space() == EnergyOptions.Space.HALF ? slope(-c, options) : 0;
                sum += slope(c, options) + far;
            }
        }
        return 2 * sum / (n * (n - 1.0));
    }

    private static double slope(double c, EnergyOptions options) {
        double squared = Math.max(2 - 2 * c, options.floor());
        return 2 / (squared * squared);
    }

    private static double cosine(Dense w, int i, int j) {
        double ij = 0;
        double ii = 0;
        double jj = 0;
        for (int k = 0; k < w.columns(); k++) {
            ij += w.get(i, k) * w.get(j, k);
            ii += w.get(i, k) * w.get(i, k);
            jj += w.get(j, k) * w.get(j, k);
        }
        return ij / Math.sqrt(ii * jj);
    }

    /**
     * {@return the law that E(D·W) = E(W) bit for bit for powers of two in D}
     *
     * @param measure the measure
     * @param options of true directions
     * @param dtype element type
     * @param w W
     */
    public static LawResult scaling(Measure measure, EnergyOptions options, DType dtype, Dense w) {
        return factors(measure, options, dtype, w, "E(DW) = E(W) bit for bit", 3, 1);
    }

    /**
     * {@return the law that signs of rows change no bit}
     *
     * @param measure the measure
     * @param options in half-space
     * @param dtype element type
     * @param w W
     */
    public static LawResult signs(Measure measure, EnergyOptions options, DType dtype, Dense w) {
        return factors(measure, options, dtype, w, "E(±W) = E(W) bit for bit in half-space", 0, -1);
    }

    /** Every other row is multiplied by a factor 2ᵏ, k up to a range, of a sign. */
    private static LawResult factors(
            Measure measure, EnergyOptions options, DType dtype, Dense w, String law, int range, double sign) {
        Dense rounded = Dense.of(w.to(dtype));
        Dense changed = Dense.zero(w.rows(), w.columns());
        for (int i = 0; i < w.rows(); i++) {
            double factor = i % 2 == 0 ? 1 : sign * Math.scalb(1.0, i % (range + 1));
            for (int j = 0; j < w.columns(); j++) {
                changed.set(i, j, factor * rounded.get(i, j));
            }
        }
        double error = Math.abs(energy(measure, options, dtype, changed) - energy(measure, options, dtype, rounded));
        return new LawResult(law, Subjects.describe(dtype, w), error, 0);
    }

    /**
     * {@return the law that a NaN is told}
     *
     * @param measure the measure
     * @param options which energy
     * @param dtype element type
     * @param w W, not empty
     */
    public static LawResult nan(Measure measure, EnergyOptions options, DType dtype, Dense w) {
        Dense bad = Dense.zero(w.rows(), w.columns()).plus(1, w);
        bad.set(w.rows() / 2, w.columns() / 2, Double.NaN);
        Dense out = Dense.zero(1, 1);
        return Subjects.nan("the hyperspherical energy", Subjects.describe(dtype, w), () -> {
            out.set(0, 0, energy(measure, options, dtype, bad));
            return out;
        });
    }
}
