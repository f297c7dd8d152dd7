package org.isospin.bench.peer;

/** How users of other libraries compute what Isospin has kernels for; several ways, as they err differently. */
public enum Method {
    /** exp by a Taylor polynomial, as PyTorch does. */
    EXP_TAYLOR("T18"),
    /** exp by a Padé approximant, as SciPy does. */
    EXP_PADE("Padé"),
    /** Cayley by LU with I + A/2 on the right. */
    CAYLEY_SOLVE("LU"),
    /** Cayley by an explicit inverse. */
    CAYLEY_INVERSE("2·inv - I"),
    /** The polar factor by Newton's iteration. */
    POLAR_NEWTON("Newton"),
    /** The polar factor by a singular value decomposition, as SciPy does. */
    POLAR_SVD("SVD"),
    /** Procrustes by Newton's iteration. */
    PROCRUSTES_NEWTON("Newton"),
    /** Procrustes by a singular value decomposition, as SciPy does. */
    PROCRUSTES_SVD("SVD");

    private final String title;

    Method(String title) {
        this.title = title;
    }

    /** {@return its name in tables} */
    public String title() {
        return title;
    }
}
