package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * N = (I − X)⁻¹X = (I − X)⁻¹ − I for an X whose symmetric part is ≤ 0, by the Schur complement on 2 × 2 blocks.
 *
 * <p>With N₁ = (I − X₁₁)⁻¹X₁₁, W = X₁₂ + N₁X₁₂, Z = X₂₁ + X₂₁N₁ and N₂ of Y = X₂₂ + X₂₁W (I − Y is the Schur
 * complement), N₁₂ = W + WN₂, N₂₁ = Z + N₂Z, N₂₂ = N₂ and N₁₁ = N₁ + N₁₂Z. The identity is never added, so N keeps its
 * accuracy relative to X; every step is a matrix product, 2n³ operations in all, and Schur complements inherit a symmetric
 * part ≤ 0 from X, so no pivoting is needed. Growth is about 1 + ‖X‖².
 */
final class Resolvent {
    /** Largest F32 block for the kernel, which computes in F64 and rounds once. */
    private static final int LEAF_F32 = 48;

    /** Largest F64 block: its eliminations round n times where a product rounds once. */
    private static final int LEAF_F64 = 16;

    /** Blocks begin at multiples of it. */
    private static final int GRAIN = 16;

    /** ‖X‖ up to which no pivoting is needed for full accuracy. */
    private static final double PIVOT_BEYOND = 1;

    /** Steps of the power method. */
    private static final int POWER_STEPS = 6;

    /** Seed of its first vector. */
    private static final long POWER_SEED = 0x9E3779B97F4A7C15L;

    private Resolvent() {}

    /**
     * Computes N in place.
     *
     * @param stream where it runs
     * @param x scratch: X, then N
     */
    static void delta(ComputeStream stream, Matrix x) {
        int n = x.rows();
        int leaf = x.dtype() == DType.F64 ? LEAF_F64 : LEAF_F32;
        if (n <= leaf) {
            stream.resolventDelta(x);
            return;
        }
        int h = (n / 2 + GRAIN - 1) / GRAIN * GRAIN;
        int rest = n - h;
        Arithmetic arithmetic = stream.arithmetic(x.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x11 = ws.view(x, 0, 0, h, h);
            Matrix x12 = ws.view(x, 0, h, h, rest);
            Matrix x21 = ws.view(x, h, 0, rest, h);
            Matrix x22 = ws.view(x, h, h, rest, rest);
            Matrix w = ws.matrix(x.dtype(), h, rest);
            Matrix z = ws.matrix(x.dtype(), rest, h);
            delta(stream, x11);
            stream.gemm(arithmetic, 1, x11, x12, 1, x12, w);
            stream.gemm(arithmetic, 1, x21, x11, 1, x21, z);
            stream.gemm(arithmetic, 1, x21, w, 1, x22, x22);
            delta(stream, x22);
            stream.gemm(arithmetic, 1, w, x22, 1, w, x12);
            stream.gemm(arithmetic, 1, x22, z, 1, z, x21);
            stream.gemm(arithmetic, 1, x12, z, 1, x11, x11);
        } finally {
            ws.release();
        }
    }

    /**
     * Computes (I − X)⁻¹ as N + I, or where ‖X‖ is beyond 1 by LU with pivoting as a whole.
     *
     * @param stream where it runs
     * @param x X, skew; then N where that is the result, else scratch
     * @param norm about ‖X‖₂, as {@link #norm} finds it
     * @param whole of x's shape and type, receives (I − X)⁻¹ where that is the result
     * @return whether whole holds the result
     */
    static boolean solve(ComputeStream stream, Matrix x, double norm, Matrix whole) {
        boolean isWhole = norm > PIVOT_BEYOND;
        if (isWhole) {
            stream.combine(-1, x, 0, x, 1, x);
            stream.inverse(x, whole, stream.scalar());
        } else {
            delta(stream, x);
        }
        return isWhole;
    }

    /**
     * estimate ← ‖X‖₂ of a skew matrix from below, good to a few tens of percent; NaN where X is not finite. It takes a few
     * steps of the power method.
     *
     * @param stream where it runs
     * @param x X
     * @param estimate receives it
     */
    static void norm(ComputeStream stream, Matrix x, Scalar estimate) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix v = ws.matrix(x.dtype(), x.rows(), 1);
            Matrix w = ws.matrix(x.dtype(), x.rows(), 1);
            Scalar length = stream.scalar();
            Scalar factor = stream.scalar();
            Scalar constant = stream.scalar();
            stream.gaussian(POWER_SEED, v);
            for (int i = 1; i <= POWER_STEPS; i++) {
                stream.gemm(stream.arithmetic(x.dtype()), 1, x, v, 0, w, w);
                stream.reduce(Reduction.FROBENIUS, w, estimate);
                if (i < POWER_STEPS) {
                    // Brought to a length in [1, 2) by a power of two: exact, and safe for w = 0.
                    stream.scalarOp(ScalarOp.POWER_OF_TWO, estimate, estimate, factor);
                    stream.set(constant, 1);
                    stream.scalarOp(ScalarOp.DIVIDE, constant, factor, factor);
                    stream.scale(factor, w, v);
                }
            }
            stream.reduce(Reduction.FROBENIUS, v, length);
            stream.set(constant, Double.MIN_NORMAL);
            stream.scalarOp(ScalarOp.MAX, length, constant, length);
            stream.scalarOp(ScalarOp.DIVIDE, estimate, length, estimate);
        } finally {
            ws.release();
        }
    }
}
