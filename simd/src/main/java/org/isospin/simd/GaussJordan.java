package org.isospin.simd;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * (I + T)⁻¹ − I in place, by the Gauss–Jordan steps of {@link org.isospin.backend.Kernels#resolventDelta} and with their
 * bits, four pivots at a time.
 *
 * <p>Step p scales pivot row p to rₚ and subtracts tᵢₚ·rₚ from every other row i, whose column p holds zero from then on. The
 * four steps of a block are first done among its own rows; the factors that the other rows will need follow from its columns
 * alone; then every other row takes all four in one pass, in the same order. Belongs to one thread.
 */
final class GaussJordan {
    private static final VectorSpecies<Double> SPECIES = VectorWidth.DOUBLES;
    private static final int LANES = SPECIES.length();

    /** Pivots at a time. */
    private static final int BLOCK = 4;

    /** Elements of a row that are updated at a time, all four pivot rows' parts being in registers. */
    private static final int STRIP = 2 * LANES;

    /** The pivot rows of a block as they were in their steps. */
    private double[] pivots = {};

    /** −tᵢₚ of each row for the pivots of a block. */
    private double[] factors = {};

    /**
     * {@return the distance of rows: whole strips}
     *
     * @param n size
     */
    static int stride(int n) {
        return (n + STRIP - 1) / STRIP * STRIP;
    }

    /**
     * {@return the rows of the array: whole blocks}
     *
     * @param n size
     */
    static int rows(int n) {
        return (n + BLOCK - 1) / BLOCK * BLOCK;
    }

    /**
     * Inverts.
     *
     * @param n size
     * @param t T, {@link #rows} rows of {@link #stride} elements, zero beyond n; becomes (I + T)⁻¹ − I
     */
    void invert(int n, double[] t) {
        int ld = stride(n);
        if (pivots.length < BLOCK * ld) {
            pivots = new double[BLOCK * ld];
            factors = new double[BLOCK * ld];
        }
        for (int k = 0; k < n; k += BLOCK) {
            // Rows beyond n are those of an identity: their steps change nothing.
            for (int q = 0; q < BLOCK; q++) {
                step(ld, k, q, t);
            }
            findFactors(ld, k, 0, k, t);
            findFactors(ld, k, k + BLOCK, n, t);
            for (int q = 0; q < BLOCK; q++) {
                Arrays.fill(pivots, q * ld + k + q + 1, q * ld + k + BLOCK, 0);
            }
            for (int j = 0; j < n; j += STRIP) {
                update(ld, j, 0, k, t);
                update(ld, j, k + BLOCK, n, t);
            }
        }
    }

    /** The step of pivot p = k + q among the rows of its block; a diagonal element lacks its one before and after. */
    private void step(int ld, int k, int q, double[] t) {
        int p = k + q;
        int row = p * ld;
        int a = (k + (q + 1) % BLOCK) * ld;
        int b = (k + (q + 2) % BLOCK) * ld;
        int c = (k + (q + 3) % BLOCK) * ld;
        double pivot = 1 + t[row + p];
        double delta = -t[row + p] / pivot;
        double inverse = 1 / pivot;
        double fa = -t[a + p];
        double fb = -t[b + p];
        double fc = -t[c + p];
        int copy = q * ld;
        DoubleVector divisor = DoubleVector.broadcast(SPECIES, pivot);
        DoubleVector va = DoubleVector.broadcast(SPECIES, fa);
        DoubleVector vb = DoubleVector.broadcast(SPECIES, fb);
        DoubleVector vc = DoubleVector.broadcast(SPECIES, fc);
        for (int j = 0; j < ld; j += LANES) {
            DoubleVector r = DoubleVector.fromArray(SPECIES, t, row + j).div(divisor);
            r.intoArray(t, row + j);
            r.intoArray(pivots, copy + j);
            va.fma(r, DoubleVector.fromArray(SPECIES, t, a + j)).intoArray(t, a + j);
            vb.fma(r, DoubleVector.fromArray(SPECIES, t, b + j)).intoArray(t, b + j);
            vc.fma(r, DoubleVector.fromArray(SPECIES, t, c + j)).intoArray(t, c + j);
        }
        pivots[copy + p] = inverse;
        t[row + p] = delta;
        // Added to zero, as in the other columns, so that a zero has the same sign.
        t[a + p] = Math.fma(fa, inverse, 0.0);
        t[b + p] = Math.fma(fb, inverse, 0.0);
        t[c + p] = Math.fma(fc, inverse, 0.0);
    }

    /** Rows from first to last: what each column of the block holds when its step comes. Clears those columns. */
    private void findFactors(int ld, int k, int first, int last, double[] t) {
        double[] r = pivots;
        double r01 = r[k + 1];
        double r02 = r[k + 2];
        double r03 = r[k + 3];
        double r12 = r[ld + k + 2];
        double r13 = r[ld + k + 3];
        double r23 = r[2 * ld + k + 3];
        for (int i = first; i < last; i++) {
            int at = i * ld + k;
            double f0 = -t[at];
            double f1 = -Math.fma(f0, r01, t[at + 1]);
            double f2 = -Math.fma(f1, r12, Math.fma(f0, r02, t[at + 2]));
            double f3 = -Math.fma(f2, r23, Math.fma(f1, r13, Math.fma(f0, r03, t[at + 3])));
            t[at] = 0;
            t[at + 1] = 0;
            t[at + 2] = 0;
            t[at + 3] = 0;
            factors[i * BLOCK] = f0;
            factors[i * BLOCK + 1] = f1;
            factors[i * BLOCK + 2] = f2;
            factors[i * BLOCK + 3] = f3;
        }
    }

    /** One strip of the rows from first to last. */
    private void update(int ld, int j, int first, int last, double[] t) {
        double[] f = factors;
        DoubleVector r00 = DoubleVector.fromArray(SPECIES, pivots, j);
        DoubleVector r01 = DoubleVector.fromArray(SPECIES, pivots, j + LANES);
        DoubleVector r10 = DoubleVector.fromArray(SPECIES, pivots, j + ld);
        DoubleVector r11 = DoubleVector.fromArray(SPECIES, pivots, j + ld + LANES);
        DoubleVector r20 = DoubleVector.fromArray(SPECIES, pivots, j + 2 * ld);
        DoubleVector r21 = DoubleVector.fromArray(SPECIES, pivots, j + 2 * ld + LANES);
        DoubleVector r30 = DoubleVector.fromArray(SPECIES, pivots, j + 3 * ld);
        DoubleVector r31 = DoubleVector.fromArray(SPECIES, pivots, j + 3 * ld + LANES);
        for (int i = first; i < last; i++) {
            int at = i * ld + j;
            DoubleVector f0 = DoubleVector.broadcast(SPECIES, f[i * BLOCK]);
            DoubleVector f1 = DoubleVector.broadcast(SPECIES, f[i * BLOCK + 1]);
            DoubleVector f2 = DoubleVector.broadcast(SPECIES, f[i * BLOCK + 2]);
            DoubleVector f3 = DoubleVector.broadcast(SPECIES, f[i * BLOCK + 3]);
            DoubleVector x = f0.fma(r00, DoubleVector.fromArray(SPECIES, t, at));
            DoubleVector y = f0.fma(r01, DoubleVector.fromArray(SPECIES, t, at + LANES));
            f3.fma(r30, f2.fma(r20, f1.fma(r10, x))).intoArray(t, at);
            f3.fma(r31, f2.fma(r21, f1.fma(r11, y))).intoArray(t, at + LANES);
        }
    }
}
