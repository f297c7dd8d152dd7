package org.isospin.bench.peer;

/**
 * The polar factor by Newton's iteration X ← ½(ζX + X⁻ᵀ/ζ) with Higham's scaling ζ⁴ = ‖X⁻¹‖₁‖X⁻¹‖∞/(‖X‖₁‖X‖∞) until a
 * step moves X by less than 1 %, unscaled from there on (Higham 1986, 2008).
 *
 * @param <M> the library's matrices
 */
final class NewtonPolar<M> {
    private static final double SCALED_ABOVE = 1e-2;

    /** More than any matrix takes that is not singular to working accuracy. */
    private static final int MOST_STEPS = 30;

    private final Algebra<M> algebra;
    private final M inverse;
    private final M transposed;

    NewtonPolar(Algebra<M> algebra) {
        this.algebra = algebra;
        inverse = algebra.matrix();
        transposed = algebra.matrix();
    }

    /** out ← the polar factor of A. */
    void polar(M a, M out) {
        algebra.copy(a, out);
        // What is left after a step is about half the square of its length: half of roundoff, from this length on.
        double converged = Math.sqrt(algebra.roundoff());
        double moved = Double.POSITIVE_INFINITY;
        for (int step = 0; step < MOST_STEPS && moved > converged; step++) {
            algebra.copy(out, inverse);
            algebra.invert(inverse);
            algebra.transpose(inverse, transposed);
            double zeta = 1;
            if (moved > SCALED_ABOVE) {
                double larger = algebra.norm1(inverse) * algebra.norm1(transposed);
                algebra.transpose(out, inverse);
                zeta = Math.pow(larger / (algebra.norm1(out) * algebra.norm1(inverse)), 0.25);
            }
            algebra.copy(out, inverse);
            algebra.combine(0.5 / zeta, transposed, 0.5 * zeta, out);
            algebra.combine(-1, out, 1, inverse);
            moved = algebra.frobenius(inverse) / algebra.frobenius(out);
        }
    }
}
