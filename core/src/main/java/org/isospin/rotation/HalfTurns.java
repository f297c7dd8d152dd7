package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;
import org.isospin.polar.Polar;

/**
 * The logarithm of a rotation Q some of whose angles are π, or within 2⁻²⁴ of it.
 *
 * <p>The right singular vectors V of I + Q that belong to the smallest singular values, 2cos(θ/2), span the planes that turn
 * by nearly π: there Q is VᵀQV = −exp(E), with a small skew E = log(−VᵀQV). Turning by θ = π − δ is turning by π and by −δ, so
 * the logarithm is E + πJ, J = −polar(E): a skew orthogonal matrix that commutes with E. Where E vanishes to working
 * accuracy any such J on its null space will do. On the other singular vectors W the logarithm is that of WᵀQW, whose angles
 * stay away from π.
 */
final class HalfTurns {
    /** Largest singular value of I + Q that may be split off. */
    private static final double LARGEST = 0x1p-13;

    /** Error of E, and so of an angle π − δ, in u√n. */
    private static final double ANGLE_ERROR = 8;

    /** Seed of the vectors that choose planes. */
    private static final long SEED = 0xD1B54A32D192ED03L;

    private HalfTurns() {}

    /**
     * a ← log Q, skew to the last bit.
     *
     * @param stream where it runs; waits 2n + 15 times at most
     * @param operation the caller, for messages
     * @param q Q, F64, orthogonal
     * @param a F64, output; must not be q
     * @return how it was found
     * @throws SingularMatrixException if det Q = −1
     */
    static RotationLog.Result log(ComputeStream stream, String operation, Matrix q, Matrix a) {
        Workspace ws = stream.workspace();
        int n = q.rows();
        ws.mark();
        try {
            Matrix sum = ws.matrix(DType.F64, n, n);
            Matrix u = ws.matrix(DType.F64, n, n);
            Matrix v = ws.matrix(DType.F64, n, n);
            Matrix s = ws.matrix(DType.F64, 1, n);
            stream.combine(1, q, 0, q, 1, sum);
            stream.svd(sum, u, s, v, stream.scalar());
            int count = split(stream, s);
            double smallest = value(stream, s, n - 1);
            if (count % 2 != 0) {
                throw new SingularMatrixException(
                        operation + ": the determinant of Q is −1 (its eigenvalue −1 is of odd multiplicity, " + count
                                + "): no skew matrix has such an exponential",
                        n - 1,
                        smallest / 2);
            }
            int rest = n - count;
            Matrix others = ws.view(v, 0, 0, n, rest);
            Matrix turned = ws.view(v, 0, rest, n, count);
            int roots = regular(stream, q, others, a);
            double angle = turned(stream, q, turned, a);
            double condition = angle == 0 ? Double.POSITIVE_INFINITY : 1 / angle;
            return new RotationLog.Result(condition, roots, RotationLog.Method.HALF_TURNS);
        } finally {
            ws.release();
        }
    }

    /** {@return how many of the singular values to split off: up to the widest gap, in ratio} */
    private static int split(ComputeStream stream, Matrix s) {
        int n = s.columns();
        double floor = DType.F64.unitRoundoff();
        double widest = 0;
        double current = Math.max(floor, value(stream, s, n - 1));
        int count = 0;
        for (int i = 1; i <= n && current <= LARGEST; i++) {
            double next = i == n ? 2 : Math.max(floor, value(stream, s, n - 1 - i));
            if (next / current > widest) {
                widest = next / current;
                count = i;
            }
            current = next;
        }
        return count;
    }

    private static double value(ComputeStream stream, Matrix row, int index) {
        Scalar value = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, stream.workspace().view(row, 0, index, 1, 1), value);
        return stream.read(value);
    }

    /** a ← W·log(WᵀQW)·Wᵀ. {@return how many square roots were taken} */
    private static int regular(ComputeStream stream, Matrix q, Matrix w, Matrix a) {
        Workspace ws = stream.workspace();
        int m = w.columns();
        if (m == 0) {
            stream.fill(a, 0);
            return 0;
        }
        ws.mark();
        try {
            Matrix part = ws.matrix(DType.F64, m, m);
            Matrix log = ws.matrix(DType.F64, m, m);
            restrict(stream, 1, q, w, part);
            int range = LogSeries.range(stream, LogSeries.probe(stream, part));
            if (range >= 0) {
                LogSeries.log(stream, part, range, log);
            } else {
                Matrix root = ws.matrix(DType.F64, m, m);
                HalfRotation.root(stream, part, root);
                LogSeries.log(stream, root, LogSeries.widest(), log);
                stream.scale(2, log, log);
            }
            expand(stream, w, log, 0, a);
            return range >= 0 ? 0 : 1;
        } finally {
            ws.release();
        }
    }

    /** a ← a + V(E + πJ)Vᵀ. {@return the smallest δ, 0 where it is rounding} */
    private static double turned(ComputeStream stream, Matrix q, Matrix v, Matrix a) {
        Workspace ws = stream.workspace();
        int k = v.columns();
        ws.mark();
        try {
            Matrix part = ws.matrix(DType.F64, k, k);
            Matrix small = ws.matrix(DType.F64, k, k);
            Matrix x = ws.matrix(DType.F64, k, k);
            Matrix s = ws.matrix(DType.F64, 1, k);
            Matrix y = ws.matrix(DType.F64, k, k);
            Matrix j = ws.matrix(DType.F64, k, k);
            restrict(stream, -1, q, v, part);
            LogSeries.log(stream, part, LogSeries.widest(), small);
            stream.svd(small, x, s, y, stream.scalar());
            double rounding = ANGLE_ERROR * DType.F64.unitRoundoff() * Math.sqrt(q.rows());
            int known = 0;
            double least = 0;
            for (double delta = 0; known < k && (delta = value(stream, s, known)) > rounding; known++) {
                least = delta;
            }
            // Angles come in pairs.
            known -= known % 2;
            Matrix right = ws.view(y, 0, 0, k, known).transposed();
            stream.gemm(Arithmetic.F64, -1, ws.view(x, 0, 0, k, known), right, 0, j, j);
            if (known < k) {
                choose(stream, ws.view(y, 0, known, k, k - known), v, j);
            }
            Polar.polar(stream, j, part);
            stream.symmetrize(Symmetry.SKEW, part, j);
            stream.combine(1, small, Math.PI, j, 0, small);
            expand(stream, v, small, 1, a);
            return known < k ? 0 : least;
        } finally {
            ws.release();
        }
    }

    /** j ← j + Σ (b₂ᵢb₂ᵢ₋₁ᵀ − b₂ᵢ₋₁b₂ᵢᵀ) for an orthonormal basis b of a null space that depends on that space alone. */
    private static void choose(ComputeStream stream, Matrix basis, Matrix v, Matrix j) {
        Workspace ws = stream.workspace();
        int n = v.rows();
        int m = basis.columns();
        ws.mark();
        try {
            Matrix fixed = ws.matrix(DType.F64, n, m);
            Matrix full = ws.matrix(DType.F64, n, m);
            Matrix inner = ws.matrix(DType.F64, m, m);
            Matrix projected = ws.matrix(DType.F64, m, m);
            Matrix r = ws.matrix(DType.F64, m, m);
            Matrix signs = ws.matrix(DType.F64, 1, m);
            Matrix b = ws.matrix(DType.F64, v.columns(), m);
            // Coordinates of projected vectors in the basis at hand; QR with a positive diagonal turns with it.
            stream.gaussian(SEED, fixed);
            stream.gemm(Arithmetic.F64, 1, v, basis, 0, full, full);
            stream.gemm(Arithmetic.F64, 1, full.transposed(), fixed, 0, projected, projected);
            stream.qr(projected, inner, r);
            stream.copyDiagonal(r, signs);
            stream.flipColumns(inner, signs, inner);
            stream.gemm(Arithmetic.F64, 1, basis, inner, 0, b, b);
            for (int i = 0; i + 1 < m; i += 2) {
                Matrix first = ws.view(b, 0, i, v.columns(), 1);
                Matrix second = ws.view(b, 0, i + 1, v.columns(), 1);
                stream.gemm(Arithmetic.F64, 1, second, first.transposed(), 1, j, j);
                stream.gemm(Arithmetic.F64, -1, first, second.transposed(), 1, j, j);
            }
        } finally {
            ws.release();
        }
    }

    /** part ← α·VᵀQV. */
    private static void restrict(ComputeStream stream, double alpha, Matrix q, Matrix v, Matrix part) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix image = ws.matrix(DType.F64, v.rows(), v.columns());
            stream.gemm(Arithmetic.F64, 1, q, v, 0, image, image);
            stream.gemm(Arithmetic.F64, alpha, v.transposed(), image, 0, part, part);
        } finally {
            ws.release();
        }
    }

    /** a ← β·a + V·part·Vᵀ, skew. */
    private static void expand(ComputeStream stream, Matrix v, Matrix part, double beta, Matrix a) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix image = ws.matrix(DType.F64, v.rows(), v.columns());
            stream.gemm(Arithmetic.F64, 1, v, part, 0, image, image);
            stream.gemmt(Arithmetic.F64, Symmetry.SKEW, 1, image, v.transposed(), beta, a, a);
        } finally {
            ws.release();
        }
    }
}
