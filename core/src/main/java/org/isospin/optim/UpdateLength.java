package org.isospin.optim;

/** What an orthogonalised update O of a momentum M is multiplied by. */
public enum UpdateLength {
    /** Nothing: every step is equally long. */
    FIXED,
    /**
     * ⟨M, O⟩, which is the nuclear norm ‖M‖_* where O is exact: steepest descent in the spectral norm (PolarGrad,
     * arXiv 2505.21799; "adaptive" in optax). Steps become shorter as gradients do.
     */
    NUCLEAR_NORM
}
