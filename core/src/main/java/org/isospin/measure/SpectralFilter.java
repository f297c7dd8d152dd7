package org.isospin.measure;

/**
 * What momentum makes of the spectrum of gradients before it is orthogonalised (arXiv 2606.03899): gradients are a signal that
 * stays and noise that is new in every step; a sum Σ wⱼG_{t−j} multiplies the signal by Σ wⱼ and the variance of the noise by
 * Σ wⱼ², so that momentum is a filter of singular values: those that noise has hidden come out.
 *
 * <p>The average M_t = βM_{t−1} + (1 − β)G_t from M₀ = 0 has the factors 1 − βᵗ and (1 − β)(1 − β²ᵗ)/(1 + β); with T = 1/(1 − β), its
 * memory, the second tends to 1/(2T − 1). Nesterov's βM_t + (1 − β)G_t, which looks at the latest gradient again, has 1 − βᵗ⁺¹ and
 * β² times the average's variance, plus (1 − β)²(1 + 2β): a third more than the average with β = 0.9, 4 % more with 0.99. What
 * orthogonalises is free of scale: only the quotient of both factors counts.
 *
 * <p>{@link #of(WhiteNoise)} predicts what is seen where noise is white. {@link #noiseBound} and what follows from it holds for any
 * noise of E‖Ξ‖_F² ≤ η that is uncorrelated in time: by Markov's inequality ‖noise‖_F ≤ √η·V^¼ with a probability of 1 − √V at least,
 * V being the variance factor: theorem 1 of the paper, whose √η/(2T − 1)^¼ it is for the average.
 *
 * @param signal the factor of a signal that stays
 * @param noiseVariance the factor V of the variance of noise that is uncorrelated in time
 * @param alternating the factor of a signal that turns its sign in every step, relative to the step's own
 */
public record SpectralFilter(double signal, double noiseVariance, double alternating) {
    /**
     * {@return the average after t steps}
     *
     * @param beta β, in [0, 1)
     * @param t how many gradients it has seen, 1 or more
     */
    public static SpectralFilter average(double beta, long t) {
        requireShare(beta);
        if (t < 1) {
            throw new IllegalArgumentException("spectral filter: the first step is 1, not " + t);
        }
        double decayed = Math.pow(beta, (double) t);
        return average(beta, decayed, t % 2 == 0 ? decayed : -decayed);
    }

    /**
     * {@return the average after many steps}
     *
     * @param beta β, in [0, 1)
     */
    public static SpectralFilter average(double beta) {
        requireShare(beta);
        return average(beta, 0, 0);
    }

    /** With decayed = βᵗ and turned = (−β)ᵗ. */
    private static SpectralFilter average(double beta, double decayed, double turned) {
        double steady = (1 - beta) / (1 + beta);
        return new SpectralFilter(1 - decayed, steady * (1 - decayed * decayed), steady * (1 - turned));
    }

    /**
     * {@return Nesterov's look ahead after t steps}
     *
     * @param beta β, in [0, 1)
     * @param t how many gradients it has seen, 1 or more
     */
    public static SpectralFilter nesterov(double beta, long t) {
        return average(beta, t).ahead(beta);
    }

    /**
     * {@return Nesterov's look ahead after many steps}
     *
     * @param beta β, in [0, 1)
     */
    public static SpectralFilter nesterov(double beta) {
        return average(beta).ahead(beta);
    }

    private SpectralFilter ahead(double beta) {
        double rest = 1 - beta;
        return new SpectralFilter(
                beta * signal + rest,
                beta * beta * noiseVariance + rest * rest * (1 + 2 * beta),
                beta * alternating + rest);
    }

    private static void requireShare(double beta) {
        if (!(beta >= 0 && beta < 1)) {
            throw new IllegalArgumentException("spectral filter: beta must be in [0, 1), not " + beta);
        }
    }

    // ------------------------------------------------------------------------------------------ white noise

    /**
     * {@return the noise beside a signal that is left as it is, of deviation σ√V/signal: its heads, edge, threshold and alignments
     * are those of the momentum divided by the signal's factor}
     *
     * @param gradients the noise of a single gradient, of deviation σ
     */
    public WhiteNoise of(WhiteNoise gradients) {
        double deviation = gradients.deviation() * Math.sqrt(noiseVariance) / signal;
        return new WhiteNoise(deviation, gradients.rows(), gradients.columns());
    }

    /**
     * {@return the β of an average that sees a signal: after many steps its singular value is so many times the threshold; 0 if it
     * is in a single gradient}
     *
     * @param strength λ, the singular value without noise, positive
     * @param gradients the noise of a single gradient, as {@link WhiteNoise#of} finds it in a measured spectrum
     * @param margin how many times the threshold λ is to be; 1 is just seen, 2 aligns vectors of a square matrix to 0.87
     * @throws IllegalArgumentException if strength or margin is not positive
     */
    public static double betaFor(double strength, WhiteNoise gradients, double margin) {
        if (!(strength > 0 && margin > 0)) {
            throw new IllegalArgumentException(
                    "spectral filter: strength " + strength + " and margin " + margin + " must be positive");
        }
        double ratio = margin * gradients.threshold() / strength;
        // Of V = 1/ratio² = (1 − β)/(1 + β).
        return ratio <= 1 ? 0 : (ratio - 1) / (ratio + 1 / ratio) * (1 + 1 / ratio);
    }

    // -------------------------------------------------------------------------------------------- any noise

    /** {@return 1 − √V, the probability that {@link #noiseBound} holds, at least; 0 if the filter does not help} */
    public double probability() {
        return Math.max(0, 1 - Math.sqrt(noiseVariance));
    }

    /**
     * {@return √η·V^¼, which the Frobenius norm of the filtered noise exceeds with a probability of √V at most; so does every singular
     * value beyond the signal's rank}
     *
     * @param energy η, at least E‖Ξ‖_F² of a single gradient's noise
     */
    public double noiseBound(double energy) {
        if (!(energy >= 0)) {
            throw new IllegalArgumentException(
                    "spectral filter: the noise's energy must not be negative, not " + energy);
        }
        return Math.sqrt(energy) * Math.sqrt(Math.sqrt(noiseVariance));
    }

    /**
     * {@return signal·λ − √η·V^¼, below which the momentum's singular value is with a probability of √V at most; says nothing where
     * negative}
     *
     * @param strength λ, that of the signal
     * @param energy η
     */
    public double leastHead(double strength, double energy) {
        return signal * strength - noiseBound(energy);
    }

    /**
     * {@return the largest sine of an angle between the signal's singular subspaces and the momentum's, with the same probability
     * (Wedin): √η·V^¼/(signal·λ − √η·V^¼); 1 where the bound says nothing}
     *
     * @param strength λ, the signal's smallest singular value
     * @param energy η
     */
    public double largestSine(double strength, double energy) {
        double gap = leastHead(strength, energy);
        return gap <= 0 ? 1 : Math.min(1, noiseBound(energy) / gap);
    }
}
