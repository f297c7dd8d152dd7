package org.isospin.decomposition;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * Singular values, singular value and QR decompositions and inverses of matrices of any element type.
 *
 * <p>BF16 and F16 matrices are widened to F32; singular values are found in F64 for every type. Every input is read before
 * the first output is written, so operands may overlap; where a call throws, outputs are as they were.
 */
public final class Decompositions {
    private Decompositions() {}

    /**
     * s ← the singular values of a, descending, each exact to c·max(m, n)·u·σ_max before it is rounded to s's type, with u
     * = 2⁻⁵³ and c a small constant; waits once. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param a m × n, any shape
     * @param s 1 × min(m, n), output
     * @throws IllegalArgumentException if a shape is wrong, s is read-only, or a is not finite
     */
    @SuppressWarnings("exports")
    public static void singularValues(ComputeStream stream, Matrix a, Matrix s) {
        int p = Math.min(a.rows(), a.columns());
        Operands.requireOutput("singularValues", "s", s, 1, p);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix values = ws.matrix(DType.F64, 1, p);
            Scalar status = stream.scalar();
            stream.spectrum(a, values, status);
            requireConverged("singularValues", a, stream.read(status));
            stream.copy(values, s);
        } finally {
            ws.release();
        }
    }

    /**
     * a = u·diag(s)·vᵀ, p = min(m, n). ‖a − u·diag(s)·vᵀ‖ and the defects ‖uᵀu − I‖, ‖vᵀv − I‖ are at most
     * c·max(m, n)·u, the first relative to ‖a‖, with u the roundoff of the outputs' types and c a small constant; u and v
     * are complete where a is rank-deficient. Waits once. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param a m × n, any shape
     * @param u m × p, output with orthonormal columns
     * @param s 1 × p, output, descending, never negative
     * @param v n × p, output with orthonormal columns
     * @throws IllegalArgumentException if a shape is wrong, an output is read-only, or a is not finite
     */
    @SuppressWarnings("exports")
    public static void svd(ComputeStream stream, Matrix a, Matrix u, Matrix s, Matrix v) {
        int p = Math.min(a.rows(), a.columns());
        Operands.requireOutput("svd", "u", u, a.rows(), p);
        Operands.requireOutput("svd", "s", s, 1, p);
        Operands.requireOutput("svd", "v", v, a.columns(), p);
        boolean isTall = a.rows() >= a.columns();
        Matrix left = isTall ? u : v;
        Matrix right = isTall ? v : u;
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(left.dtype().computeType(), left.rows(), p);
            Matrix values = ws.matrix(DType.F64, 1, p);
            Matrix y = ws.matrix(right.dtype().computeType(), p, p);
            Scalar status = stream.scalar();
            stream.svd(isTall ? a : a.transposed(), x, values, y, status);
            requireConverged("svd", a, stream.read(status));
            stream.copy(x, left);
            stream.copy(values, s);
            stream.copy(y, right);
        } finally {
            ws.release();
        }
    }

    /**
     * a = q·r by Householder reflections: ‖a − q·r‖ ≤ c·√(m·n)·u·‖a‖ and ‖qᵀq − I‖ ≤ c·√(m·n)·u whatever a's rank, with u
     * the roundoff of a's compute type and c a small constant. Never waits; NaN and infinities propagate. Stream-level
     * form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param a m × n, m ≥ n
     * @param q m × n, output with orthonormal columns
     * @param r n × n, output, zero below the diagonal, whose signs are as they fall
     * @throws IllegalArgumentException if a shape is wrong or an output is read-only
     */
    @SuppressWarnings("exports")
    public static void qr(ComputeStream stream, Matrix a, Matrix q, Matrix r) {
        if (a.rows() < a.columns()) {
            throw new IllegalArgumentException("qr: a must have as many rows as columns or more, not " + a);
        }
        Operands.requireOutput("qr", "q", q, a.rows(), a.columns());
        Operands.requireOutput("qr", "r", r, a.columns(), a.columns());
        Workspace ws = stream.workspace();
        DType type = a.dtype().computeType();
        ws.mark();
        try {
            Matrix input = ws.matrix(type, a.rows(), a.columns());
            Matrix x = ws.matrix(type, a.rows(), a.columns());
            Matrix y = ws.matrix(type, a.columns(), a.columns());
            stream.copy(a, input);
            stream.qr(input, x, y);
            stream.copy(x, q);
            stream.copy(y, r);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← a⁻¹ by LU with partial pivoting: ‖a·out − I‖ ≤ c·n·u·κ(a) in a's compute type, with the growth of the
     * elimination in c. Waits once. A matrix that is singular only but for rounding has an inverse, of huge elements.
     * Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param a n × n
     * @param out n × n, output
     * @throws IllegalArgumentException if a shape is wrong, out is read-only, or a is not finite
     * @throws SingularMatrixException if a pivot is exactly zero, or the elimination or the inverse overflows
     */
    @SuppressWarnings("exports")
    public static void inverse(ComputeStream stream, Matrix a, Matrix out) {
        Operands.requireSquare("inverse", "a", a);
        int n = a.rows();
        Operands.requireOutput("inverse", "out", out, n, n);
        Workspace ws = stream.workspace();
        DType type = a.dtype().computeType();
        ws.mark();
        try {
            Matrix input = ws.matrix(type, n, n);
            Matrix result = ws.matrix(type, n, n);
            Scalar status = stream.scalar();
            Scalar largest = stream.scalar();
            stream.copy(a, input);
            stream.inverse(input, result, status);
            stream.reduce(Reduction.MAX_ABS, result, largest);
            // 0, or NaN where the inverse is not finite: one wait tells both.
            stream.scalarOp(ScalarOp.SUBTRACT, largest, largest, largest);
            stream.scalarOp(ScalarOp.ADD, status, largest, largest);
            if (stream.read(largest) != 0) {
                throw noInverse(stream, a, input, (int) stream.read(status));
            }
            stream.copy(result, out);
        } finally {
            ws.release();
        }
    }

    private static RuntimeException noInverse(ComputeStream stream, Matrix a, Matrix input, int failed) {
        Scalar size = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, input, size);
        if (!Double.isFinite(stream.read(size))) {
            return new IllegalArgumentException("inverse: " + a + " is not finite");
        }
        if (failed == 0) {
            return new SingularMatrixException("the inverse of " + a + " overflows", a.rows() - 1, 0);
        }
        return new SingularMatrixException(
                "there is no inverse of " + a + ": pivot " + (failed - 1) + " of its LU factors is zero or not finite",
                failed - 1,
                0);
    }

    private static void requireConverged(String operation, Matrix a, double status) {
        if (status != 0) {
            throw new IllegalArgumentException(
                    operation + ": " + a + " is not finite, or the iteration did not converge");
        }
    }
}
