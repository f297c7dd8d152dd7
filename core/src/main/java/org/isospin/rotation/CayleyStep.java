package org.isospin.rotation;

/** The two scalings of the Cayley transform that are in use, both with eigenvalue −1 excluded. */
public enum CayleyStep {
    /** (I + A)(I − A)⁻¹: OFT, BOFT and POET; a plane of angle θ in A turns by 2·atan θ. */
    FULL(1.0),
    /** (I + A/2)(I − A/2)⁻¹: agrees with exp(A) to second order; a plane of angle θ in A turns by 2·atan(θ/2). */
    HALF(0.5);

    private final double factor;

    CayleyStep(double factor) {
        this.factor = factor;
    }

    /** {@return c in (I + cA)(I − cA)⁻¹} */
    public double factor() {
        return factor;
    }
}
