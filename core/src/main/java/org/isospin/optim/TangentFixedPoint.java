package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * Φ = msign(D + WX) by {@link TangentSolver.Method#FIXED_POINT}, in F64. With D + WX = UΣVᵀ and H = VᵀWᵀDV, the next X is
 * −V·Y·Vᵀ, yᵢⱼ = (qᵢhᵢⱼ + qⱼhⱼᵢ)/(qᵢ + qⱼ), q = √(σ² + μ²).
 *
 * <p>A singular value that rounding errors of the products could have made counts less: σ/τ to the fourth power decides, which is
 * 10⁻⁵ for σ = τ/16 and 1 − 10⁻⁸ for σ = 100τ, τ = 64u‖D‖_F with u of the weight's type.
 */
final class TangentFixedPoint {
    private static final double NOISE = 64;

    private TangentFixedPoint() {}

    /**
     * phi ← Φ, or 0 where a decomposition failed.
     *
     * @param stream where it runs; never waits
     * @param w W, m × n, m ≥ n
     * @param d D, of W's shape and type, about 1
     * @param solver the options
     * @param phi of W's shape, of any type
     */
    static void solve(ComputeStream stream, Matrix w, Matrix d, TangentSolver solver, Matrix phi) {
        Workspace ws = stream.workspace();
        int m = w.rows();
        int n = w.columns();
        int iterations = solver.iterations();
        ws.mark();
        try {
            Matrix point = ws.matrix(DType.F64, m, n);
            Matrix direction = ws.matrix(DType.F64, m, n);
            Matrix z = ws.matrix(DType.F64, m, n);
            Matrix u = ws.matrix(DType.F64, m, n);
            Matrix s = ws.matrix(DType.F64, 1, n);
            Matrix roots = ws.matrix(DType.F64, 1, n);
            Matrix v = ws.matrix(DType.F64, n, n);
            Matrix cross = ws.matrix(DType.F64, n, n);
            Matrix x = ws.matrix(DType.F64, n, n);
            Scalar status = stream.scalar();
            Scalar size = stream.scalar();
            stream.copy(w, point);
            stream.copy(d, direction);
            stream.reduce(Reduction.FROBENIUS, direction, size);
            stream.gemm(Arithmetic.F64, 1, point.transposed(), direction, 0, cross, cross);
            stream.symmetrize(Symmetry.SYMMETRIC, cross, x);
            stream.scale(-1, x, x);
            for (int k = 1; k <= iterations; k++) {
                stream.gemm(Arithmetic.F64, 1, point, x, 1, direction, z);
                stream.svd(z, u, s, v, status);
                root(stream, size, solver.smoothing(), s, roots);
                if (k < iterations) {
                    next(stream, cross, roots, v, x);
                }
                stream.progress().at("tangent", k, iterations);
            }
            weigh(stream, size, w.dtype(), roots, s);
            stream.scaleRows(s.transposed(), u.transposed(), u.transposed());
            stream.gemm(Arithmetic.F64, 1, u, v.transposed(), 0, z, z);
            Scalar hasConverged = StreamScalars.op(stream, ScalarOp.SUBTRACT, StreamScalars.of(stream, 1), status);
            stream.fill(phi, 0);
            StreamScalars.copyWhere(stream, hasConverged, z, phi);
        } finally {
            ws.release();
        }
    }

    private static void next(ComputeStream stream, Matrix cross, Matrix roots, Matrix v, Matrix x) {
        Workspace ws = stream.workspace();
        int n = x.rows();
        ws.mark();
        try {
            Matrix h = ws.matrix(DType.F64, n, n);
            Matrix sums = ws.matrix(DType.F64, n, n);
            stream.gemm(Arithmetic.F64, 1, cross, v, 0, sums, sums);
            stream.gemm(Arithmetic.F64, 1, v.transposed(), sums, 0, h, h);
            positive(stream, roots);
            stream.scaleRows(roots.transposed(), h, h);
            stream.symmetrize(Symmetry.SYMMETRIC, h, h);
            Lines.spread(stream, roots.transposed(), sums);
            stream.symmetrize(Symmetry.SYMMETRIC, sums, sums);
            stream.divide(h, sums, h);
            stream.gemm(Arithmetic.F64, 1, v, h, 0, sums, sums);
            stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, -1, sums, v.transposed(), 0, x, x);
        } finally {
            ws.release();
        }
    }

    /** roots ← √(s² + μ²), μ the smoothing times the size. */
    private static void root(ComputeStream stream, Scalar size, double smoothing, Matrix s, Matrix roots) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix squares = ws.matrix(DType.F64, 1, s.columns());
            stream.fill(roots, smoothing);
            stream.scale(size, roots, roots);
            stream.multiply(roots, roots, roots);
            stream.multiply(s, s, squares);
            stream.combine(1, squares, 1, roots, 0, squares);
            stream.divideByRoot(1, squares, 1, squares, Double.MIN_NORMAL, roots);
        } finally {
            ws.release();
        }
    }

    /** s ← s/roots·s⁴/(s⁴ + τ⁴). */
    private static void weigh(ComputeStream stream, Scalar size, DType type, Matrix roots, Matrix s) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix powers = ws.matrix(DType.F64, 1, s.columns());
            Matrix noise = ws.matrix(DType.F64, 1, s.columns());
            stream.multiply(s, s, powers);
            stream.multiply(powers, powers, powers);
            stream.fill(noise, Math.pow(NOISE * type.unitRoundoff(), 4));
            for (int i = 0; i < 4; i++) {
                stream.scale(size, noise, noise);
            }
            stream.combine(1, powers, 1, noise, 0, noise);
            positive(stream, noise);
            stream.divide(powers, noise, powers);
            positive(stream, roots);
            stream.divide(s, roots, s);
            stream.multiply(powers, s, s);
        } finally {
            ws.release();
        }
    }

    /** Adds the smallest number, so that zeros can be divided by. */
    private static void positive(ComputeStream stream, Matrix line) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix smallest = ws.matrix(DType.F64, 1, line.columns());
            stream.fill(smallest, Double.MIN_NORMAL);
            stream.combine(1, line, 1, smallest, 0, line);
        } finally {
            ws.release();
        }
    }
}
