package org.isospin.polar;

/**
 * Upper bounds of the largest eigenvalue of a symmetric positive semidefinite G of trace 1, from the moments mₖ = tr Gᵏ, and
 * their derivatives. The root of one, times ‖A‖_F, bounds ‖A‖₂ where G = AAᵀ/‖A‖²_F.
 *
 * <p>The moments are those of the measure with a unit atom at each of the n eigenvalues. An atom at t can be taken out of it
 * only if what is left still has moments of a positive measure; the largest such t is the bound (Chebyshev, Markov, Stieltjes).
 *
 * <ul>
 *   <li>β₂, given m₂ (Wolkowicz and Styan 1980): 1/n + √((n − 1)/n·(m₂ − 1/n)).
 *   <li>β₄, given m₂, m₃ and m₄: the Hankel matrix H of n, 1, m₂, m₃, m₄ minus vvᵀ with v = (1, t, t²) stays positive
 *       semidefinite as long as K(t) = vᵀH⁻¹v ≤ 1. Right of H's orthogonal polynomials' zeros, all of them below the largest
 *       eigenvalue, K is convex and grows: Newton's steps from the right, where K ≥ 1, fall to the root, and everyone is a bound.
 * </ul>
 *
 * @param order n, the number of eigenvalues
 * @param second m₂ = ‖G‖²_F
 * @param third m₃ = ⟨G, G²⟩
 * @param fourth m₄ = ‖G²‖²_F
 * @param noise bound of the moments' relative errors: H's diagonal is widened by thrice as much, which covers them whatever
 *     their signs are, and keeps H definite where eigenvalues coincide
 */
record GramMoments(int order, double second, double third, double fourth, double noise) {
    /** The steps fall by a quarter of the distance at least, and by squares at the end. */
    private static final int MOST_NEWTON_STEPS = 64;

    private static final double SETTLED = 1e-15;

    /**
     * A bound of the largest eigenvalue, and its derivatives.
     *
     * @param value the bound
     * @param bySecond ∂/∂m₂
     * @param byThird ∂/∂m₃
     * @param byFourth ∂/∂m₄
     */
    record Bound(double value, double bySecond, double byThird, double byFourth) {}

    private double widening() {
        return 1 + 3 * noise;
    }

    /** {@return m₂^½} */
    Bound schatten4() {
        double value = Math.sqrt(second);
        return new Bound(value, 1 / (2 * value), 0, 0);
    }

    /** {@return m₄^¼} */
    Bound schatten8() {
        double value = Math.sqrt(Math.sqrt(fourth));
        return new Bound(value, 0, 0, value / (4 * fourth));
    }

    /** {@return β₂} */
    Bound beta2() {
        double rest = (order - 1.0) / order;
        double variance = Math.max(0, second * widening() - 1.0 / order);
        double root = Math.sqrt(rest * variance);
        double slope = root == 0 ? 0 : rest * widening() / (2 * root);
        return new Bound(1.0 / order + root, slope, 0, 0);
    }

    /** {@return the lesser of β₄ and β₂; NaN for NaN} */
    Bound beta4() {
        Bound beta2 = beta2();
        Bound beta4 = christoffel();
        return beta4.value < beta2.value || Double.isNaN(beta4.value) ? beta4 : beta2;
    }

    private Bound christoffel() {
        // H scaled to a diagonal of ones, widened: its Cholesky factor, and through it y = L⁻¹w for K = |y|².
        double[] scale = {1 / Math.sqrt(order), 1 / Math.sqrt(second), 1 / Math.sqrt(fourth)};
        double w = widening();
        double h10 = scale[0] * scale[1];
        double h20 = second * scale[0] * scale[2];
        double h21 = third * scale[1] * scale[2];
        double l00 = Math.sqrt(w);
        double l10 = h10 / l00;
        double l20 = h20 / l00;
        double l11 = Math.sqrt(w - l10 * l10);
        double l21 = (h21 - l20 * l10) / l11;
        double l22 = Math.sqrt(w - l20 * l20 - l21 * l21);
        double t = Math.sqrt(Math.sqrt(fourth * w));
        double slope = Double.NaN;
        double y0 = scale[0] / l00;
        double y1 = 0;
        double y2 = 0;
        for (int i = 0; i < MOST_NEWTON_STEPS; i++) {
            y1 = (t * scale[1] - l10 * y0) / l11;
            y2 = (t * t * scale[2] - l20 * y0 - l21 * y1) / l22;
            double d1 = scale[1] / l11;
            double d2 = (2 * t * scale[2] - l21 * d1) / l22;
            slope = 2 * (y1 * d1 + y2 * d2);
            double step = (y0 * y0 + y1 * y1 + y2 * y2 - 1) / slope;
            if (!(step > SETTLED * t)) {
                break;
            }
            t -= step;
        }
        // z = H⁻¹v.
        double z2 = y2 / l22;
        double z1 = (y1 - l21 * z2) / l11;
        double z0 = (y0 - l10 * z1 - l20 * z2) / l00;
        z0 *= scale[0];
        z1 *= scale[1];
        z2 *= scale[2];
        return new Bound(t, (2 * z0 * z2 + w * z1 * z1) / slope, 2 * z1 * z2 / slope, w * z2 * z2 / slope);
    }
}
