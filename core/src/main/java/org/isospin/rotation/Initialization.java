package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.Columns;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * Random weights to start training from. Rows are neurons: a weight W of m outputs and n inputs is m × n; one that is stored
 * n × m is handed over as a transposed view.
 *
 * <p>A seed decides every element by its position, whatever the number of threads: to the last bit on one backend, up to
 * roundoff across backends. Everything is computed in F64, whatever the type, and rounded once. No waits.
 */
public final class Initialization {
    /** Squarings of the Gram matrix in the bound of a spectral norm. */
    private static final int SQUARINGS = 5;

    /** What normal numbers are scaled to, before the gain. */
    public enum Scale {
        /** Every row has norm 1: POET's normalised Gaussian. */
        UNIT_ROWS,
        /**
         * ‖W‖₂ = 1, by a bound of it from the 64th Schatten norm of WWᵀ: never above 1 but for roundoff, and below by a factor
         * of min(m, n)^(1/128) at most, 5 % for 1024.
         */
        SPECTRAL,
        /** The root mean square of all elements is 1/√max(m, n), that of a matrix with orthonormal rows or columns. */
        RMS,
        /** Variance 1/n of each element, so that outputs vary as inputs do; Kaiming's is that with a gain of √2. */
        FAN_IN,
        /**
         * Variance min(1, m/n)/n of each element: ‖W‖₂ = Θ(√(m/n)), the spectral condition of maximal update parametrisation
         * (µP; Yang, Simon and Bernstein 2023).
         */
        MAXIMAL_UPDATE
    }

    private Initialization() {}

    /**
     * out ← gain · a uniformly distributed matrix with orthonormal columns, or rows if it is wide: PyTorch's {@code
     * orthogonal_}. A gain of √(m/n) makes it that of maximal update parametrisation.
     *
     * @param iso where it runs
     * @param seed any number
     * @param gain the singular values
     * @param out m × n
     * @throws IllegalArgumentException if out is read-only
     */
    public static void orthogonal(Isospin iso, long seed, double gain, Matrix out) {
        iso.run(stream -> orthogonal(stream, seed, gain, out), out);
    }

    /**
     * out ← gain · independent normal numbers, scaled.
     *
     * @param iso where it runs
     * @param seed any number
     * @param scale to what
     * @param gain a factor
     * @param out m × n
     * @throws IllegalArgumentException if out is read-only
     */
    public static void gaussian(Isospin iso, long seed, Scale scale, double gain, Matrix out) {
        iso.run(stream -> gaussian(stream, seed, scale, gain, out), out);
    }

    static void orthogonal(ComputeStream stream, long seed, double gain, Matrix out) {
        Operands.requireOutput("initialize", "out", out, out.rows(), out.columns());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix w = ws.matrix(DType.F64, out.rows(), out.columns());
            Haar.orthogonal(stream, seed, w);
            stream.scale(gain, w, w);
            stream.copy(w, out);
        } finally {
            ws.release();
        }
    }

    static void gaussian(ComputeStream stream, long seed, Scale scale, double gain, Matrix out) {
        Operands.requireOutput("initialize", "out", out, out.rows(), out.columns());
        int m = out.rows();
        int n = out.columns();
        if (m == 0 || n == 0) {
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix w = ws.matrix(DType.F64, m, n);
            stream.gaussian(seed, w);
            Scalar size = stream.scalar();
            switch (scale) {
                case UNIT_ROWS ->
                    new Columns(stream).normalize(w.transposed(), ws.matrix(DType.F64, 1, m), stream.scalar());
                case SPECTRAL -> {
                    spectralBound(stream, w, size);
                    divide(stream, w, size);
                }
                case RMS -> {
                    stream.reduce(Reduction.FROBENIUS, w, size);
                    divide(stream, w, size);
                    stream.scale(Math.sqrt(Math.min(m, n)), w, w);
                }
                case FAN_IN -> stream.scale(1 / Math.sqrt(n), w, w);
                case MAXIMAL_UPDATE -> stream.scale(Math.sqrt(Math.min(1, (double) m / n) / n), w, w);
            }
            stream.scale(gain, w, w);
            stream.copy(w, out);
        } finally {
            ws.release();
        }
    }

    private static void divide(ComputeStream stream, Matrix m, Scalar divisor) {
        Scalar inverse = stream.scalar();
        stream.set(inverse, 1);
        stream.scalarOp(ScalarOp.DIVIDE, inverse, divisor, inverse);
        stream.scale(inverse, m, m);
    }

    /** With G₀ = WWᵀ, fₖ = ‖Gₖ‖_F and Gₖ₊₁ = (Gₖ/fₖ)²: ‖W‖₂² ≤ f₀·√(f₁·√(f₂·…)), sharper with each. */
    private static void spectralBound(ComputeStream stream, Matrix w, Scalar bound) {
        Workspace ws = stream.workspace();
        Matrix wide = w.rows() > w.columns() ? w.transposed() : w;
        int p = wide.rows();
        ws.mark();
        try {
            Matrix gram = ws.matrix(DType.F64, p, p);
            Matrix square = ws.matrix(DType.F64, p, p);
            Scalar[] sizes = new Scalar[SQUARINGS + 1];
            stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, 1, wide, wide.transposed(), 0, gram, gram);
            for (int k = 0; k <= SQUARINGS; k++) {
                sizes[k] = stream.scalar();
                stream.reduce(Reduction.FROBENIUS, gram, sizes[k]);
                if (k < SQUARINGS) {
                    divide(stream, gram, sizes[k]);
                    stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, 1, gram, gram, 0, square, square);
                    Matrix swap = gram;
                    gram = square;
                    square = swap;
                }
            }
            stream.set(bound, 1);
            for (int k = SQUARINGS; k >= 0; k--) {
                stream.scalarOp(ScalarOp.MULTIPLY, bound, sizes[k], bound);
                stream.scalarOp(ScalarOp.SQRT, bound, bound, bound);
            }
        } finally {
            ws.release();
        }
    }
}
