package org.isospin.optim;

/**
 * Whether gradients are gathered before or after they are orthogonalised. What a matrix sign is given, signal and noise alike, it
 * brings to the same size; gathering first averages the noise away while it can still be told from the signal
 * (arXiv 2606.03899).
 */
public enum MomentumOrder {
    /** The update is msign(M), M the momentum of gradients: Muon. */
    BEFORE,
    /** The update is the momentum of msign(G). */
    AFTER,
    /** The update is msign(G); no state. */
    NONE
}
