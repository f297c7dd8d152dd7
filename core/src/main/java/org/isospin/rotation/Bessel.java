package org.isospin.rotation;

/**
 * Coefficients of exp in Chebyshev polynomials: exp(iρt) = J₀(ρ) + 2Σ iᵏJₖ(ρ)Tₖ(t) for −1 ≤ t ≤ 1, with Bessel functions Jₖ
 * by Miller's backward recurrence, Jₖ₋₁ = (2k/ρ)Jₖ − Jₖ₊₁, normalised by J₀ + 2ΣJ₂ⱼ = 1.
 */
final class Bessel {
    /** The recurrence starts at 1, and is rescaled where it has grown to this. */
    private static final double LARGE = 0x1p500;

    private Bessel() {}

    /**
     * {@return J₀(ρ) − 1, 2J₁(ρ), 2J₂(ρ), …, as many as are needed for the rest to sum to less than the tolerance}
     *
     * @param rho ρ, 2⁻¹⁰⁰ or more
     * @param tolerance relative to ρ where ρ is below 1
     */
    static double[] coefficients(double rho, double tolerance) {
        // Beyond k = ρ the Jₖ fall faster than geometrically, after a transition of width ρ^(1/3).
        int start = 2 * (int) Math.ceil(0.5 * rho + 10 * Math.cbrt(rho) + 20);
        double[] j = new double[start + 2];
        j[start] = 1;
        double sum = 0;
        for (int k = start; k >= 1; k--) {
            j[k - 1] = 2 * k / rho * j[k] - j[k + 1];
            if (Math.abs(j[k - 1]) > LARGE) {
                for (int i = k - 1; i <= start; i++) {
                    j[i] /= LARGE;
                }
                sum /= LARGE;
            }
            if (k % 2 == 1) {
                sum += (k == 1 ? 1 : 2) * j[k - 1];
            }
        }
        return truncated(j, sum, tolerance * Math.min(1, rho));
    }

    private static double[] truncated(double[] j, double sum, double tolerance) {
        double rest = 0;
        int count = j.length;
        while (count > 2) {
            rest += 2 * Math.abs(j[count - 1] / sum);
            if (rest > tolerance) {
                break;
            }
            count--;
        }
        double[] out = new double[count];
        // J₀ − 1 = −2(J₂ + J₄ + …), the smallest first, without cancellation for small ρ.
        double even = 0;
        for (int k = j.length - 1; k >= 1; k--) {
            double value = 2 * (j[k] / sum);
            even += k % 2 == 0 ? value : 0;
            if (k < count) {
                out[k] = value;
            }
        }
        out[0] = -even;
        return out;
    }
}
