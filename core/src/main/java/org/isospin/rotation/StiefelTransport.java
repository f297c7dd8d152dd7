package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * Vector transport on the Stiefel manifold: what becomes of a tangent V at X, such as a momentum, when X moves on.
 *
 * <p>Arithmetic, accuracy and NaN as for {@link Stiefel}.
 */
public final class StiefelTransport {
    private StiefelTransport() {}

    /**
     * out ← the tangent at Y that is nearest to V: transport by projection, whichever way X came to Y. Lengths shrink.
     *
     * @param iso where it runs; never waits
     * @param y Y, m × n, m ≥ n, the new point
     * @param v V, m × n
     * @param out m × n; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public static void byProjection(Isospin iso, Matrix y, Matrix v, Matrix out) {
        Stiefel.projectTangent(iso, y, v, out);
    }

    /**
     * outX ← the Cayley retraction of U at X, and outV ← V turned by the same rotation: a tangent there, of the same length under both
     * metrics.
     *
     * @param iso where it runs; waits once
     * @param x X, m × n, m ≥ n, with orthonormal columns
     * @param u U, m × n, tangent at X
     * @param v V, m × n, tangent at X
     * @param outX m × n; may overlap the operands' memory, not outV's
     * @param outV m × n; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit or an output is read-only
     */
    public static void alongCayley(Isospin iso, Matrix x, Matrix u, Matrix v, Matrix outX, Matrix outV) {
        int m = x.rows();
        int n = x.columns();
        Stiefel.check("transport", x, u, "u");
        Stiefel.check("transport", x, v, "v");
        Operands.requireOutput("transport", "outX", outX, m, n);
        Operands.requireOutput("transport", "outV", outV, m, n);
        iso.run(stream -> alongCayley(stream, x, u, v, outX, outV), x, u, v, outX, outV);
    }

    /**
     * outX ← the Cayley retraction of U at X, and outV ← V turned by the same rotation. Stream-level form, for Isospin's own
     * modules.
     *
     * @param stream where it runs; waits once
     * @param x X, m × n, m ≥ n, with orthonormal columns
     * @param u U, m × n, tangent at X
     * @param v V, m × n
     * @param outX m × n; may overlap the operands' memory, not outV's
     * @param outV m × n; may overlap the operands' memory
     */
    @SuppressWarnings("exports")
    public static void alongCayley(ComputeStream stream, Matrix x, Matrix u, Matrix v, Matrix outX, Matrix outV) {
        int m = x.rows();
        int n = x.columns();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            boolean isDouble = v.dtype() == DType.F64 || outV.dtype() == DType.F64;
            DType type = isDouble ? DType.F64 : Stiefel.computeType(x, u, outX);
            Matrix point = Stiefel.copy(stream, x, type);
            Matrix tangent = Stiefel.copy(stream, u, type);
            Matrix both = ws.matrix(type, m, 2 * n);
            Matrix turned = ws.matrix(type, m, 2 * n);
            stream.copy(x, ws.view(both, 0, 0, m, n));
            stream.copy(v, ws.view(both, 0, n, m, n));
            StiefelRotation.of(stream, point, tangent, 1, ws.matrix(type, n, n))
                    .apply(stream, StiefelRotation.Map.CAYLEY, both, turned);
            stream.copy(ws.view(turned, 0, 0, m, n), outX);
            stream.copy(ws.view(turned, 0, n, m, n), outV);
        } finally {
            ws.release();
        }
    }
}
