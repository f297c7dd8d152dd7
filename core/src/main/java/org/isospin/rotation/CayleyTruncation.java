package org.isospin.rotation;

/**
 * How far the truncated Cayley transforms of {@link CayleyNeumann} are from the transform and from orthogonal, in exact
 * arithmetic, and which order a tolerance needs.
 *
 * <p>Every plane of X = cA is a number z = iy, of which the transform is q = (1 + z)/(1 − z), and planes do not mix: with
 * t = yᵏ⁺¹ and ρ = ‖X‖₂ the 2-norms of error and defect are the largest values over planes 0 ≤ y ≤ ρ of
 *
 * <ul>
 *   <li>product: error t; defect t² for even k, t(2 + t) for k = 1, 5, …, t|2 − t| for k = 3, 7, …;
 *   <li>series: error 2t/√(1 + y²); defect 4t|t − σy|/(1 + y²) for even k, 4t|t − σ|/(1 + y²) for odd k, with
 *       σ = (−1)^⌊(k+1)/2⌋.
 * </ul>
 *
 * <p>Both converge for ρ &lt; 1 only. An even order of the product has a defect of the square of its error, so k = 2 is more
 * orthogonal than k = 3.
 */
public enum CayleyTruncation {
    /** (I + X)(I + X + … + Xᵏ), {@link CayleyNeumann#product}. */
    PRODUCT {
        @Override
        double errorOf(int order, double y) {
            return Math.pow(y, order + 1.0);
        }

        @Override
        double growthOf(int order, double y) {
            double t = Math.pow(y, order + 1.0);
            return switch (order % 4) {
                case 1 -> t * (t + 2);
                case 3 -> t * (t - 2);
                default -> t * t;
            };
        }
    },
    /** I + 2(X + … + Xᵏ), {@link CayleyNeumann#series}. */
    SERIES {
        @Override
        double errorOf(int order, double y) {
            return 2 * Math.pow(y, order + 1.0) / Math.hypot(1, y);
        }

        @Override
        double growthOf(int order, double y) {
            double t = Math.pow(y, order + 1.0);
            double sign = (order + 1) / 2 % 2 == 0 ? 1 : -1;
            double length = Math.hypot(1, y);
            return 4 * (t / length) * ((t - sign * (order % 2 == 0 ? y : 1)) / length);
        }
    };

    /** The largest order that is looked at: beyond, the transform itself is cheaper many times over. */
    private static final int LARGEST_ORDER = 1000;

    /** Thirds cut off while looking for a maximum: as many digits as there are. */
    private static final int CUTS = 100;

    /** |p(iy) − q(iy)|, which grows with y. */
    abstract double errorOf(int order, double y);

    /** |p(iy)|² − 1; where it is negative between 0 and 1 it has one minimum there. */
    abstract double growthOf(int order, double y);

    /**
     * {@return the largest ‖Q − Cayley(A)‖₂}
     *
     * @param order k, 0 or more
     * @param step which c
     * @param norm a bound of ‖A‖₂, the largest angle of A's planes
     * @throws IllegalArgumentException if order is negative, or norm is or is not finite
     */
    public double error(int order, CayleyStep step, double norm) {
        return errorOf(order, size(order, step, norm));
    }

    /**
     * {@return the largest ‖QᵀQ − I‖₂}
     *
     * @param order k, 0 or more
     * @param step which c
     * @param norm a bound of ‖A‖₂, the largest angle of A's planes
     * @throws IllegalArgumentException if order is negative, or norm is or is not finite
     */
    public double defect(int order, CayleyStep step, double norm) {
        double rho = size(order, step, norm);
        double last = growthOf(order, rho);
        if (growthOf(order, Math.min(rho, 0.5)) >= 0) {
            return last;
        }
        return Math.max(Math.abs(last), -lowest(order, Math.min(rho, 1)));
    }

    /** {@return the minimum of the growth in [0, end], by trisection} */
    private double lowest(int order, double end) {
        double from = 0;
        double to = end;
        for (int i = 0; i < CUTS; i++) {
            double third = (to - from) / 3;
            if (growthOf(order, from + third) >= growthOf(order, to - third)) {
                from += third;
            } else {
                to -= third;
            }
        }
        return Math.min(growthOf(order, to), growthOf(order, end));
    }

    /**
     * {@return the least order whose {@link #error} is at most a tolerance}
     *
     * @param step which c
     * @param norm a bound of ‖A‖₂, the largest angle of A's planes
     * @param tolerance the largest error to accept
     * @throws IllegalArgumentException if no order up to 1000 has so small an error, as is always so for small tolerances
     *     where |c|·norm ≥ 1, or norm is negative or not finite
     */
    public int orderForError(CayleyStep step, double norm, double tolerance) {
        for (int order = 0; order <= LARGEST_ORDER; order++) {
            if (error(order, step, norm) <= tolerance) {
                return order;
            }
        }
        throw tooSmall("error", step, norm, tolerance);
    }

    /**
     * {@return the least order whose {@link #defect} is at most a tolerance}
     *
     * <p>The series of order 0 is I, orthogonal whatever A is, and never meant: its least order is 1.
     *
     * @param step which c
     * @param norm a bound of ‖A‖₂, the largest angle of A's planes
     * @param tolerance the largest defect to accept
     * @throws IllegalArgumentException if no order up to 1000 has so small a defect, as is always so for small tolerances
     *     where |c|·norm ≥ 1, or norm is negative or not finite
     */
    public int orderForDefect(CayleyStep step, double norm, double tolerance) {
        for (int order = this == SERIES ? 1 : 0; order <= LARGEST_ORDER; order++) {
            if (defect(order, step, norm) <= tolerance) {
                return order;
            }
        }
        throw tooSmall("defect", step, norm, tolerance);
    }

    private IllegalArgumentException tooSmall(String what, CayleyStep step, double norm, double tolerance) {
        return new IllegalArgumentException("no truncation (" + this + ") of order up to " + LARGEST_ORDER + " has an "
                + what + " of at most " + tolerance + " for a norm of " + norm + " and c = " + step.factor()
                + "; truncations converge for |c|·norm < 1 only, the Cayley transform itself has no such limit");
    }

    private static double size(int order, CayleyStep step, double norm) {
        CayleyNeumann.requireOrder("cayleyTruncation", order);
        if (!(norm >= 0 && norm < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("cayleyTruncation: the norm must be 0 or more and finite, not " + norm);
        }
        return Math.abs(step.factor()) * norm;
    }
}
