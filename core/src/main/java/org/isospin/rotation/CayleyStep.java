package org.isospin.rotation;

/**
 * The four conventions of the Cayley transform that are in use, (I + cA)(I − cA)⁻¹ with c = ±1 or ±½, all with eigenvalue −1
 * excluded. Both factors commute, so that it does not matter on which side the inverse stands.
 *
 * <p>The negative ones turn every plane the other way: their transform is the transpose of the positive ones', so a parameter
 * trained under one and read under the other inverts every rotation. Where A is formed as lower minus upper triangle instead
 * of upper minus lower, the sign changes once more.
 */
public enum CayleyStep {
    /**
     * (I + A)(I − A)⁻¹; a plane of angle θ in A turns by 2·atan θ. OFTv2, POET and POET-X, PSOFT, Orbit, OPT ({@code opt_cp}),
     * the Neumann branch of PEFT's OFT, the block-shared branch of the original OFT.
     */
    FULL(1.0),
    /**
     * (I + A/2)(I − A/2)⁻¹: agrees with exp(A) to second order; a plane of angle θ in A turns by 2·atan(θ/2). GeoTorch, PyTorch's
     * {@code parametrizations.orthogonal}, Cayley–Adam.
     */
    HALF(0.5),
    /**
     * (I − A)(I + A)⁻¹; a plane turns by −2·atan θ. BOFT, the exact branch of PEFT's OFT (its Neumann branch is {@link #FULL}),
     * the per-block branch of the original OFT, and most textbooks.
     */
    NEGATIVE_FULL(-1.0),
    /**
     * (I − A/2)(I + A/2)⁻¹; a plane turns by −2·atan(θ/2). The descent step of Wen and Yin, with A = τ(GXᵀ − XGᵀ), and the
     * Cayley form of MuonR.
     */
    NEGATIVE_HALF(-0.5);

    private final double factor;

    CayleyStep(double factor) {
        this.factor = factor;
    }

    /** {@return c in (I + cA)(I − cA)⁻¹} */
    public double factor() {
        return factor;
    }

    /** {@return the step of the other sign, whose transform is the transpose} */
    public CayleyStep transposed() {
        return switch (this) {
            case FULL -> NEGATIVE_FULL;
            case HALF -> NEGATIVE_HALF;
            case NEGATIVE_FULL -> FULL;
            case NEGATIVE_HALF -> HALF;
        };
    }
}
