package org.isospin.measure;

/**
 * What independent noise of one deviation s in every element makes of the spectrum of a matrix of few singular values λ, and of
 * their vectors, where both sides are large (Baik, Ben Arous and Péché 2005; Benaych-Georges and Nadakuditi 2012).
 *
 * <p>Noise alone has singular values up to the edge s(√m + √n). A λ beyond the threshold s(mn)^¼ is seen outside of it, as
 * √((λ² + s²m)(λ² + s²n))/λ, and its vectors are found with the cosines of {@link #leftAlignment} and {@link #rightAlignment}; a
 * smaller one is lost in the noise, vectors and all.
 *
 * <p>Figures are limits: for m, n about 100 the heads are met within a percent, the edge is a few percent high.
 *
 * @param deviation s, not negative
 * @param rows m
 * @param columns n
 */
public record WhiteNoise(double deviation, int rows, int columns) {
    /** Checks. */
    public WhiteNoise {
        if (!(deviation >= 0 && deviation < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "white noise: the deviation must be finite and not negative, not " + deviation);
        }
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "white noise: " + rows + " rows and " + columns + " columns; there must be one of each or more");
        }
    }

    /**
     * {@return the noise of a measured spectrum, σ² = Σ_{i>r} σᵢ²/((m − r)(n − r)): what its r largest values leave, over the
     * degrees of freedom that they leave}
     *
     * @param measured the spectrum of an m × n matrix, of a gradient for instance
     * @param rows m
     * @param columns n
     * @param rank r, how many values are signal; less than min(m, n)
     * @throws IllegalArgumentException if the spectrum has not min(m, n) values, or r is out of range
     */
    public static WhiteNoise of(Spectrum measured, int rows, int columns, int rank) {
        int all = Math.min(rows, columns);
        if (measured.size() != all || rank < 0 || rank >= all) {
            throw new IllegalArgumentException("white noise: " + measured.size() + " singular values of which " + rank
                    + " are signal, of a matrix of " + rows + " x " + columns);
        }
        double largest = measured.value(rank);
        double sum = 0;
        for (int i = all - 1; i >= rank && largest > 0; i--) {
            double x = measured.value(i) / largest;
            sum += x * x;
        }
        double freedom = (rows - rank) * (double) (columns - rank);
        return new WhiteNoise(largest * Math.sqrt(sum / freedom), rows, columns);
    }

    /** {@return s(√m + √n), where the singular values of the noise end} */
    public double edge() {
        return ofRows() + ofColumns();
    }

    /** {@return s(mn)^¼, beyond which a singular value is seen} */
    public double threshold() {
        return Math.sqrt(ofRows()) * Math.sqrt(ofColumns());
    }

    /**
     * {@return √((λ² + s²m)(λ² + s²n))/λ, where a singular value is found in the noise; the edge if it is not}
     *
     * @param strength λ, without noise
     */
    public double head(double strength) {
        return isSeen(strength)
                ? Math.hypot(strength, ofRows()) / strength * Math.hypot(strength, ofColumns())
                : edge();
    }

    /**
     * {@return the λ whose {@link #head} this is: ½(√(y² − s²(√m − √n)²) + √(y² − s²(√m + √n)²)); 0 if y is not beyond the edge}
     *
     * @param head y, found in the noise
     */
    public double strength(double head) {
        double difference = ofRows() - ofColumns();
        double inner = (head - edge()) * (head + edge());
        return head <= edge() ? 0 : (Math.sqrt((head - difference) * (head + difference)) + Math.sqrt(inner)) / 2;
    }

    /**
     * {@return |uᵀû|, the cosine of the left singular vector that is found to the true one: √(1 − s²m(λ² + s²n)/(λ²(λ² + s²m)));
     * 0 if λ is not seen}
     *
     * @param strength λ, without noise
     */
    public double leftAlignment(double strength) {
        return isSeen(strength) ? alignment(ofRows() / strength, ofColumns() / strength) : 0;
    }

    /**
     * {@return |vᵀv̂|, the cosine of the right singular vector that is found to the true one: √(1 − s²n(λ² + s²m)/(λ²(λ² + s²n)));
     * 0 if λ is not seen}
     *
     * @param strength λ, without noise
     */
    public double rightAlignment(double strength) {
        return isSeen(strength) ? alignment(ofColumns() / strength, ofRows() / strength) : 0;
    }

    /** √(1 − a²(1 + b²)/(1 + a²)), without a difference of near numbers where all is seen but just so. */
    private static double alignment(double a, double b) {
        return Math.sqrt((1 - a * b) * (1 + a * b)) / Math.hypot(1, a);
    }

    private boolean isSeen(double strength) {
        return strength > threshold();
    }

    private double ofRows() {
        return deviation * Math.sqrt(rows);
    }

    private double ofColumns() {
        return deviation * Math.sqrt(columns);
    }
}
