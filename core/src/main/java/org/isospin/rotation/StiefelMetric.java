package org.isospin.rotation;

/** The two metrics in use on the matrices X with orthonormal columns (Edelman, Arias and Smith 1998). */
public enum StiefelMetric {
    /** ⟨U, V⟩ = tr UᵀV. */
    EUCLIDEAN(1),
    /** ⟨U, V⟩ = tr Uᵀ(I − ½XXᵀ)V. */
    CANONICAL(0.5);

    private final double share;

    StiefelMetric(double share) {
        this.share = share;
    }

    /** {@return the weight of U's part in the span of X} */
    double share() {
        return share;
    }
}
