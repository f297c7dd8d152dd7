package org.isospin.polar;

/**
 * By which bound of ‖A‖₂ a {@link MsignSchedule} divides A first. The tighter it is, the larger the singular values that the
 * schedule starts from: dividing by a bound that is ten times smaller is worth more than a step of Polar Express.
 *
 * <p>All but {@link #FROBENIUS} and {@link #ROW_SCALING} take the bound from the moments mₖ = tr(Gᵏ)/tr(G)ᵏ of the Gram matrix
 * G = AAᵀ that the first step forms anyway, and multiply it by 1 + 10⁻³ for what rounding does to those. Bounds divided by
 * ‖A‖₂ for a Gaussian matrix of order 1024: 16.0 Frobenius, 3.4 Schatten-4, 2.9 β₂, 1.65 Schatten-8, 1.34 β₄.
 */
public enum MsignNormalization {
    /** ‖A‖_F. No waits. */
    FROBENIUS,
    /** The Schatten-4 norm ‖G‖_F^½. No waits, no product. */
    SCHATTEN_4,
    /**
     * The Schatten-8 norm ‖G²‖_F^¼ (Su, kexue.fm 10922). No waits; G² is part of a quintic's first step, a cubic's costs a
     * product for it.
     */
    SCHATTEN_8,
    /** √(tr(G)·β₂), β₂ = 1/m + √((m − 1)/m·(m₂ − 1/m)), the best bound given m₂ (Wolkowicz and Styan 1980). No waits, no product. */
    BETA_2,
    /**
     * √(tr(G)·β₄), the best bound given m₂, m₃ and m₄: the largest atom that the measure of these moments can spare; never above
     * the others. Waits three times, all but the first for moments that are there already; G² as for {@link #SCHATTEN_8}.
     */
    BETA_4,
    /**
     * Every row i of the smaller side is divided by √Σⱼ|Gᵢⱼ|, which brings the norm to 1 or less ("AOL", Prach and Lampert
     * 2022; Turbo-Muon, arXiv 2512.04632). No waits, one product known to be symmetric.
     *
     * <p>It is a change of the matrix, not of its scale: the result is the msign of D·A (A·D for a tall A) with a diagonal D, by
     * a percent off for Gaussian matrices, and more for rows of uneven length. Good enough for Muon, wrong for a polar factor. It
     * does not keep skew matrices skew, and takes no derivative here.
     */
    ROW_SCALING
}
