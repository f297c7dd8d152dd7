package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;
import org.isospin.rotation.Stiefel;
import org.isospin.rotation.StiefelMetric;
import org.isospin.rotation.StiefelRetraction;
import org.isospin.rotation.StiefelTransport;

/**
 * What a gradient is on the Stiefel manifold of the X with XᵀX = I, how a point moves along a tangent U, and what becomes of its
 * momentum there. G holds the ordinary derivatives.
 */
public enum StiefelGeometry {
    /**
     * The gradient G − X·sym(XᵀG); X becomes the Q of X + U with a positive diagonal in R; momentum is projected. Any X is on the
     * manifold after a step. geoopt's EuclideanStiefel. Never waits.
     */
    EUCLIDEAN(StiefelMetric.EUCLIDEAN),
    /**
     * The gradient G − XGᵀX; X and the momentum turn by the Cayley transform of the skew matrix A with AX = U. A QR decomposition
     * takes what roundings did to X, which large turns would multiply from step to step. Waits once a step.
     */
    CANONICAL(StiefelMetric.CANONICAL),
    /**
     * As {@link #CANONICAL} with the skew matrix UXᵀ − XUᵀ, which moves X along U + XXᵀU: turns within the span of X are twice as
     * large. geoopt's CanonicalStiefel. Waits once a step.
     */
    CANONICAL_DOUBLED(StiefelMetric.CANONICAL);

    private final StiefelMetric metric;

    StiefelGeometry(StiefelMetric metric) {
        this.metric = metric;
    }

    /** {@return what lengths and gradients are measured by} */
    StiefelMetric metric() {
        return metric;
    }

    /**
     * newX ← the point that U leads to.
     *
     * @param stream where it runs
     * @param x X, m × n, m ≥ n
     * @param u U; the tangent that was followed afterwards
     * @param newX overlaps neither
     */
    void move(ComputeStream stream, Matrix x, Matrix u, Matrix newX) {
        if (this == EUCLIDEAN) {
            StiefelRetraction.QR.retract(stream, x, u, newX);
        } else {
            follow(stream, x, u);
            StiefelRetraction.CAYLEY.retract(stream, x, u, newX);
            orthonormalize(stream, newX);
        }
    }

    /**
     * newX ← the point that U leads to, and newV ← what becomes of V.
     *
     * @param stream where it runs
     * @param x X, m × n, m ≥ n
     * @param u U; the tangent that was followed afterwards
     * @param v V; not u
     * @param newX overlaps none of them
     * @param newV overlaps newX and u neither; may be v
     */
    void move(ComputeStream stream, Matrix x, Matrix u, Matrix v, Matrix newX, Matrix newV) {
        if (this == EUCLIDEAN) {
            move(stream, x, u, newX);
            Stiefel.gradient(stream, newX, v, metric, newV);
        } else {
            follow(stream, x, u);
            StiefelTransport.alongCayley(stream, x, u, v, newX, newV);
            orthonormalize(stream, newX);
        }
    }

    /** u ← AX; for {@link #CANONICAL} that is U, but for what rounding left beside the tangent space. */
    private void follow(ComputeStream stream, Matrix x, Matrix u) {
        Stiefel.gradient(stream, x, u, this == CANONICAL ? StiefelMetric.EUCLIDEAN : StiefelMetric.CANONICAL, u);
    }

    /** x ← Q of x = QR with a positive diagonal in R. */
    private static void orthonormalize(ComputeStream stream, Matrix x) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix q = ws.matrix(x.dtype(), x.rows(), x.columns());
            Matrix r = ws.matrix(x.dtype(), x.columns(), x.columns());
            Matrix signs = ws.matrix(x.dtype(), 1, x.columns());
            stream.qr(x, q, r);
            stream.copyDiagonal(r, signs);
            stream.flipColumns(q, signs, x);
        } finally {
            ws.release();
        }
    }
}
