package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * Geodesics of the Stiefel manifold: from X along a tangent U to exp(cA)X·exp((1 − c)S), where S = XᵀU and exp(cA) is the rotation of
 * {@link StiefelRotation} with the weight c = 1 of S for the canonical metric, c = 2 for the Euclidean one (Edelman, Arias
 * and Smith 1998; Zimmermann and Hüper 2022). Under the Euclidean metric that is the block form
 * [X, U]·exp([S, −UᵀU; I, S])·[exp(−S); 0], with exponentials of skew matrices alone, whose norms are twice U's at most.
 *
 * <p>The arithmetic is F64 if an operand or the output is F64, else F32, rounded once; the error is a few u(1 + ‖U‖), and columns stay
 * orthonormal to as much. NaN and infinities propagate.
 */
public final class StiefelGeodesic {
    private StiefelGeodesic() {}

    /**
     * out ← the point at t = 1 of the geodesic that leaves X with the velocity U.
     *
     * @param iso where it runs; waits once, twice under the Euclidean metric
     * @param x X, m × n, m ≥ n, with orthonormal columns
     * @param u U, m × n, tangent at X
     * @param metric the metric
     * @param out m × n; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or ‖U‖ is about 1/(8u) or more, where no digit
     *     of the result would mean anything
     */
    public static void exp(Isospin iso, Matrix x, Matrix u, StiefelMetric metric, Matrix out) {
        Stiefel.check("stiefelGeodesic", x, u, "u");
        Operands.requireOutput("stiefelGeodesic", "out", out, x.rows(), x.columns());
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    DType type = Stiefel.computeType(x, u, out);
                    int n = x.columns();
                    ws.mark();
                    try {
                        Matrix point = Stiefel.copy(stream, x, type);
                        Matrix tangent = Stiefel.copy(stream, u, type);
                        Matrix s = ws.matrix(type, n, n);
                        Matrix moved = ws.matrix(type, x.rows(), n);
                        StiefelRotation.of(stream, point, tangent, 2 * metric.share(), s)
                                .apply(stream, StiefelRotation.Map.EXP, point, moved);
                        if (metric == StiefelMetric.EUCLIDEAN) {
                            Matrix back = ws.matrix(type, n, n);
                            SkewMatrix packed = SkewMatrix.wrap(n, ws.matrix(type, 1, SkewMatrix.packedLength(n)));
                            stream.packSkew(s, packed);
                            stream.scale(-1, packed.packed(), packed.packed());
                            Exp.expm1(stream, packed, back);
                            stream.gemm(stream.arithmetic(type), 1, moved, back, 1, moved, tangent);
                            moved = tangent;
                        }
                        stream.copy(moved, out);
                    } finally {
                        ws.release();
                    }
                },
                x,
                u,
                out);
    }
}
