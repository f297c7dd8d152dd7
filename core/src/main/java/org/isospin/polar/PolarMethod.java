package org.isospin.polar;

import org.isospin.DType;

/**
 * How {@link Polar} finds a polar factor. All methods end with the same residual polish, at ‖UᵀU − I‖_F/√n of about 0.6u; they
 * differ in what they cost, in how many digits of U survive, and in what they need to be told. Without one, {@link Polar} takes
 * the best for the type.
 */
public final class PolarMethod {
    private static final PolarMethod HALLEY = new PolarMethod(Iteration.HALLEY, 1);
    private static final PolarMethod NEWTON = new PolarMethod(Iteration.NEWTON, 1);

    private final Iteration iteration;
    private final double lowerBound;
    private final MsignSchedule single;
    private final MsignSchedule twice;

    /** The iterations. */
    public enum Iteration {
        /** QDWH, in the compute type. */
        HALLEY,
        /** Scaled Newton, in F64. */
        NEWTON,
        /** The minimax composition of quintics, in the compute type. */
        POLAR_EXPRESS
    }

    private PolarMethod(Iteration iteration, double lowerBound) {
        this.iteration = iteration;
        this.lowerBound = lowerBound;
        this.single = PolarByProducts.schedule(lowerBound, DType.F32);
        this.twice = PolarByProducts.schedule(lowerBound, DType.F64);
    }

    /**
     * {@return the dynamically weighted Halley iteration (Nakatsukasa, Bai and Gygi 2010) in the compute type, by QR while the
     * weights exceed 100, then by Cholesky: up to 6 steps, backward stable, whatever κ is}
     */
    public static PolarMethod halley() {
        return HALLEY;
    }

    /**
     * {@return the Newton iteration X ← ½(ζX + X⁻ᵀ/ζ) with the scaling of Byers and Xu (2008), in F64 whatever the type: up to
     * 9 steps, one inverse each}
     */
    public static PolarMethod newton() {
        return NEWTON;
    }

    /**
     * {@return Polar Express for singular values from lowerBound·σ₁ on, normalized by β₄: products alone, no factorization; about
     * 3 + 1.6·log₁₀(1/lowerBound) steps for F32 and one or two more for F64}
     *
     * <p>Singular values below the bound come out too small, and the result says that it has not converged.
     *
     * @param lowerBound of σₙ/σ₁, in (0, 1]
     * @throws IllegalArgumentException if it is outside
     */
    public static PolarMethod polarExpress(double lowerBound) {
        if (!(lowerBound > 0 && lowerBound <= 1)) {
            throw new IllegalArgumentException(
                    "polar: the lower bound of the singular values must be in (0, 1], not " + lowerBound);
        }
        return new PolarMethod(Iteration.POLAR_EXPRESS, lowerBound);
    }

    /** {@return which iteration} */
    public Iteration iteration() {
        return iteration;
    }

    /** {@return what it was told of σₙ/σ₁; 1 where it needs no bound} */
    public double lowerBound() {
        return lowerBound;
    }

    /**
     * {@return the polynomials of Polar Express}
     *
     * @param type the type to compute in
     */
    MsignSchedule schedule(DType type) {
        return type == DType.F64 ? twice : single;
    }

    @Override
    public String toString() {
        return iteration == Iteration.POLAR_EXPRESS ? iteration + " from " + lowerBound : iteration.toString();
    }
}
