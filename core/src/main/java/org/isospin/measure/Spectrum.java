package org.isospin.measure;

import java.util.Arrays;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.decomposition.Decompositions;

/**
 * The singular values σ₁ ≥ … ≥ σₚ of a matrix, and what they say of it: norms, condition, ranks, entropy, and how far two
 * spectra lie apart.
 *
 * <p>Every figure but the norms is one of σ/σ₁ and does not depend on a matrix's magnitude; none overflows unless it is itself
 * too large.
 */
public final class Spectrum {
    private final double[] values;

    private Spectrum(double[] values) {
        this.values = values;
    }

    /**
     * How far a spectrum has moved from a base σ⁰ of as many values.
     *
     * @param maxRelative maxⱼ |σⱼ − σ⁰ⱼ|/σ⁰ⱼ, 0/0 counted as 0: every value by itself, also the small ones, which roundoff moves by
     *     u·κ
     * @param max maxⱼ |σⱼ − σ⁰ⱼ|/σ⁰₁, which a perturbation of norm ε‖A‖ moves by ε at most (Weyl)
     * @param rms √(Σⱼ (σⱼ − σ⁰ⱼ)²/Σⱼ (σ⁰ⱼ)²), at most ‖A − A⁰‖_F/‖A⁰‖_F (Mirsky)
     */
    public record Drift(double maxRelative, double max, double rms) {}

    /**
     * {@return the spectrum of A, found in F64: values are exact to c·max(m, n)·2⁻⁵³·σ₁}
     *
     * @param iso where it runs; waits once
     * @param a A, m × n, of any type
     * @throws IllegalArgumentException if A is not finite
     */
    public static Spectrum of(Isospin iso, Matrix a) {
        double[] values = new double[Math.min(a.rows(), a.columns())];
        Matrix row = Matrix.wrap(values, 1, values.length);
        iso.run(stream -> Decompositions.singularValues(stream, a, row), a);
        return new Spectrum(values);
    }

    /**
     * {@return a spectrum of given values}
     *
     * @param values singular values in any order
     * @throws IllegalArgumentException if one is negative or not finite
     */
    public static Spectrum of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length / 2; i++) {
            double swap = sorted[i];
            sorted[i] = sorted[sorted.length - 1 - i];
            sorted[sorted.length - 1 - i] = swap;
        }
        for (double v : sorted) {
            if (!(v >= 0 && v < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "spectrum: a singular value must be finite and not negative, not " + v);
            }
        }
        return new Spectrum(sorted);
    }

    /** {@return p, how many there are} */
    public int size() {
        return values.length;
    }

    /**
     * {@return σⱼ}
     *
     * @param j which, from 0 for the largest
     */
    public double value(int j) {
        return values[j];
    }

    /** {@return all of them, descending} */
    public double[] values() {
        return values.clone();
    }

    // ------------------------------------------------------------------------------------------------- norms

    /** {@return σ₁, ‖A‖₂; 0 if there is none} */
    public double spectralNorm() {
        return values.length == 0 ? 0 : values[0];
    }

    /** {@return Σσ, ‖A‖_*} */
    public double nuclearNorm() {
        return spectralNorm() * sum(1);
    }

    /** {@return √Σσ², ‖A‖_F} */
    public double frobeniusNorm() {
        return spectralNorm() * Math.sqrt(sum(2));
    }

    /** {@return σ₁/σₚ, infinite if σₚ is 0; 1 if there is none} */
    public double condition() {
        if (values.length == 0) {
            return 1;
        }
        double last = values[values.length - 1];
        return last == 0 ? Double.POSITIVE_INFINITY : values[0] / last;
    }

    /** Σ(σ/σ₁)^power, from the smallest; 0 for a zero matrix. */
    private double sum(int power) {
        double sum = 0;
        for (int j = values.length - 1; j >= 0 && values[0] > 0; j--) {
            double x = values[j] / values[0];
            sum += power == 1 ? x : x * x;
        }
        return sum;
    }

    // ------------------------------------------------------------------------------------- how many matter

    /** {@return ‖A‖²_F/‖A‖₂² = Σσ²/σ₁², between 1 and p; 0 for a zero matrix} */
    public double stableRank() {
        return sum(2);
    }

    /**
     * {@return the SVD entropy H = −Σ q·ln q/ln p of q = σ²/Σσ², between 0 (one value) and 1 (all equal); 0 for a zero matrix, and
     * if p is 1} As POET and Moonlight report it (Alter, Brown and Botstein 2000).
     */
    public double entropy() {
        return values.length < 2 ? 0 : shannon(2) / Math.log(values.length);
    }

    /**
     * {@return the effective rank exp(−Σ q·ln q) of q = σ/Σσ, between 1 and p; 0 for a zero matrix} (Roy and Vetterli 2007;
     * not what some call so, the {@link #stableRank}.)
     */
    public double effectiveRank() {
        return spectralNorm() == 0 ? 0 : Math.exp(shannon(1));
    }

    /** −Σ q·ln q of q = σ^power/Σσ^power: ln Σx − Σ x·ln x/Σx with x = (σ/σ₁)^power. */
    private double shannon(int power) {
        double total = sum(power);
        double weighted = 0;
        for (int j = values.length - 1; j >= 0 && total > 0; j--) {
            double x = values[j] / values[0];
            // x·ln x is 0 at 0.
            weighted += x == 0 ? 0 : (power == 1 ? x : x * x) * power * Math.log(x);
        }
        // Rounding may leave a negative zero or less for a single value.
        return total == 0 ? 0 : Math.max(0, Math.log(total) - weighted / total);
    }

    // ------------------------------------------------------------------------------------------------- drift

    /**
     * {@return how far this spectrum has moved from another; infinite where that is zero and this is not}
     *
     * @param base σ⁰, of as many values
     * @throws IllegalArgumentException if there are not as many
     */
    public Drift driftFrom(Spectrum base) {
        if (base.values.length != values.length) {
            throw new IllegalArgumentException(
                    "spectrum: " + values.length + " singular values cannot have moved from " + base.values.length);
        }
        double relative = 0;
        double largest = 0;
        for (int j = 0; j < values.length; j++) {
            double difference = Math.abs(values[j] - base.values[j]);
            relative = Math.max(relative, quotient(difference, base.values[j]));
            largest = Math.max(largest, difference);
        }
        double squares = 0;
        for (int j = values.length - 1; j >= 0 && largest > 0; j--) {
            double x = (values[j] - base.values[j]) / largest;
            squares += x * x;
        }
        double max = quotient(largest, base.spectralNorm());
        double rms = largest == 0 ? 0 : quotient(largest, base.spectralNorm()) * Math.sqrt(squares / base.sum(2));
        return new Drift(relative, max, base.sum(2) == 0 && largest > 0 ? Double.POSITIVE_INFINITY : rms);
    }

    private static double quotient(double difference, double base) {
        return difference == 0 ? 0 : difference / base;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Spectrum that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** {@return how many values there are, the largest and the smallest} */
    @Override
    public String toString() {
        return values.length == 0
                ? "no singular values"
                : values.length + " singular values, " + values[0] + " to " + values[values.length - 1];
    }
}
