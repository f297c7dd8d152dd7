package org.isospin.backend;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Precision;
import org.isospin.ProgressListener;
import org.isospin.SkewMatrix;

/**
 * What every backend must be able to do. Each call is enqueued on the stream and may return before it has run; calls
 * run in the order in which they were made; none of them waits.
 *
 * <p>Operands are matrices of the backend's own memory: host matrices for CPU backends, device matrices for a GPU. A
 * matrix may be any view: any order, any stride, any offset. An output must not overlap an input, except where it
 * <em>is</em> that input (the same storage, offset, shape, order and stride) and the method allows it. Empty operands are
 * allowed everywhere. Kernels trust their arguments: shapes are checked at the public edge, and a mismatch here is a
 * defect of the calling algorithm (backends throw {@link IllegalArgumentException} where they notice).
 *
 * <p>NaN and infinities propagate as IEEE arithmetic has them; a factor of zero does not hide them, except that
 * {@code beta = 0} means that the addend is not read.
 */
public interface Kernels {
    /** {@return this stream's scratch} */
    Workspace workspace();

    /** {@return how F32 products are multiplied and summed} */
    Precision precision();

    /** {@return who hears how far the call has come: algorithms tell it between steps of at least O(n³) work} */
    ProgressListener progress();

    /**
     * {@return the arithmetic for operands of a type under this stream's precision}
     *
     * @param dtype the operands' type
     */
    default Arithmetic arithmetic(DType dtype) {
        return Arithmetic.of(dtype, precision());
    }

    /**
     * {@return the arithmetic for operands of a type that this stream's precision may round: for algorithms that promise no
     * more than the error of a rounded factor}
     *
     * @param dtype the operands' type
     */
    default Arithmetic roundingArithmetic(DType dtype) {
        return Arithmetic.roundingOperands(dtype, precision());
    }

    // --------------------------------------------------------------------------------------------- products

    /**
     * c ← α·a·b + β·d.
     *
     * @param arithmetic what products are summed in
     * @param alpha α
     * @param a m × k
     * @param b k × n
     * @param beta β; if 0, d is not read
     * @param d m × n; may be c
     * @param c m × n, the output; its type may be any that the sum rounds to
     */
    void gemm(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix d, Matrix c);

    /**
     * c ← α·a·b + β·d where the result is known to be symmetric or skew: the lower triangle is computed as {@link #gemm}
     * does it, the upper one mirrored, so c is symmetric or skew to the last bit.
     *
     * @param arithmetic what products are summed in
     * @param symmetry what the result is
     * @param alpha α
     * @param a n × k
     * @param b k × n
     * @param beta β; if 0, d is not read
     * @param d n × n with the result's symmetry; may be c
     * @param c n × n, the output
     */
    void gemmt(
            Arithmetic arithmetic,
            Symmetry symmetry,
            double alpha,
            Matrix a,
            Matrix b,
            double beta,
            Matrix d,
            Matrix c);

    /**
     * cᵢ ← α·aᵢ·bᵢ + β·cᵢ for every matrix of a batch; each result has the bits that {@link #gemm} would give alone.
     *
     * @param arithmetic what products are summed in
     * @param alpha α
     * @param a matrices of m × k
     * @param b as many matrices of k × n
     * @param beta β; if 0, c is not read
     * @param c as many matrices of m × n, the output
     */
    void gemmBatched(Arithmetic arithmetic, double alpha, MatrixBatch a, MatrixBatch b, double beta, MatrixBatch c);

    // ------------------------------------------------------------------------------------------ element-wise

    /**
     * target ← source, converted to the target's type, rounding to nearest, ties to even.
     *
     * @param source any matrix
     * @param target of the same shape; may have another type and order
     */
    void copy(Matrix source, Matrix target);

    /**
     * Sets every element.
     *
     * @param target the output
     * @param value the value
     */
    void fill(Matrix target, double value);

    /**
     * target ← α·source, computed in the wider type of the two and rounded once.
     *
     * @param alpha α
     * @param source the input
     * @param target the output; may be source
     */
    void scale(double alpha, Matrix source, Matrix target);

    /**
     * target ← α·source with a factor that the stream computed. A factor of F32 matrices is <em>not</em> rounded to F32
     * first: the product is formed in F64 and rounded once.
     *
     * @param alpha α
     * @param source the input
     * @param target the output; may be source
     */
    void scale(Scalar alpha, Matrix source, Matrix target);

    /**
     * target ← source/unit with the power of two that brings the largest element to [1, 2), which changes no digit; unit is 1
     * where that is zero or not finite.
     *
     * @param source any matrix
     * @param target of its shape, of a type at least as wide; may be source
     * @param unit receives the power of two
     */
    default void scaleToOne(Matrix source, Matrix target, Scalar unit) {
        Scalar inverse = scalar();
        reduce(Reduction.MAX_ABS, source, unit);
        scalarOp(ScalarOp.POWER_OF_TWO, unit, unit, unit);
        set(inverse, 1);
        scalarOp(ScalarOp.DIVIDE, inverse, unit, inverse);
        scale(inverse, source, target);
    }

    /**
     * out ← (α·a + β·b) + shift·I, the product β·b rounded first, then fused with α·a, the shift added last; in the
     * compute type of out.
     *
     * @param alpha α
     * @param a of out's shape
     * @param beta β
     * @param b of out's shape
     * @param shift added to the diagonal
     * @param out the output; may be a or b
     */
    void combine(double alpha, Matrix a, double beta, Matrix b, double shift, Matrix out);

    /**
     * out ← a/b, element by element, computed in F64 and rounded once.
     *
     * @param a of out's shape
     * @param b of out's shape
     * @param out the output; may be a or b
     */
    void divide(Matrix a, Matrix b, Matrix out);

    /**
     * Scales every row by a weight of its own, computed in F64 and rounded once: target(i, j) ← weights(i, 0)·source(i, j).
     * A weight of zero gives zeros whatever the row holds, NaN and infinities included. Columns are scaled through transposed
     * views.
     *
     * @param weights m × 1
     * @param source m × n
     * @param target m × n; may be source
     */
    void scaleRows(Matrix weights, Matrix source, Matrix target);

    /**
     * out ← a∘b, element by element, computed in F64 and rounded once.
     *
     * @param a of out's shape
     * @param b of out's shape
     * @param out the output; may be a or b
     */
    void multiply(Matrix a, Matrix b, Matrix out);

    /**
     * out ← α·a/(√(β·b) + ε), element by element, computed in F64 and rounded once: a first moment by the root of a second
     * one.
     *
     * @param alpha α
     * @param a of out's shape
     * @param beta β
     * @param b of out's shape; NaN arises where β·b is negative
     * @param epsilon ε
     * @param out the output; may be a or b
     */
    void divideByRoot(double alpha, Matrix a, double beta, Matrix b, double epsilon, Matrix out);

    /**
     * out ← the potential of pairs, element by element, computed in F64 and rounded once.
     *
     * @param potential the potential
     * @param cosines of out's shape
     * @param out the output; may be cosines
     */
    void pairPotential(PairPotential potential, Matrix cosines, Matrix out);

    /**
     * out ← the slope of the potential of pairs, element by element, computed in F64 and rounded once.
     *
     * @param potential the potential
     * @param cosines of out's shape
     * @param out the output; may be cosines
     */
    void pairSlope(PairPotential potential, Matrix cosines, Matrix out);

    /**
     * target ← source, as {@link #copy} does it, if a number that the stream computed is finite; else target stays as it is.
     *
     * @param guard the number
     * @param source any matrix
     * @param target of the same shape; may have another type and order
     */
    void copyIfFinite(Scalar guard, Matrix source, Matrix target);

    /**
     * Adds a number to every diagonal element.
     *
     * @param shift the number
     * @param target input and output
     */
    void addDiagonal(double shift, Matrix target);

    /**
     * out ← ½(m + mᵀ) or ½(m − mᵀ), symmetric or skew to the last bit.
     *
     * @param symmetry which
     * @param m square
     * @param out the output; may be m
     */
    void symmetrize(Symmetry symmetry, Matrix m, Matrix out);

    /**
     * dense ← the skew matrix, converted to dense's type.
     *
     * @param packed the skew matrix
     * @param dense n × n, the output
     */
    void unpackSkew(SkewMatrix packed, Matrix dense);

    /**
     * packed ← the skew part ½(dense − denseᵀ), rounded once to packed's type.
     *
     * @param dense n × n
     * @param packed the output
     */
    void packSkew(Matrix dense, SkewMatrix packed);

    /**
     * Scales every column by +1 or −1: column j of target is column j of source, negated if signs(0, j) is negative
     * (a zero of either sign counts as positive).
     *
     * @param source m × n
     * @param signs 1 × n
     * @param target m × n; may be source
     */
    void flipColumns(Matrix source, Matrix signs, Matrix target);

    /**
     * target(0, i) ← source(i, i).
     *
     * @param source m × n
     * @param target 1 × min(m, n)
     */
    void copyDiagonal(Matrix source, Matrix target);

    /**
     * target ← one triangle of source, with zeros elsewhere and ones on the diagonal if the triangle is a unit one.
     *
     * @param triangle which part of source is kept
     * @param source n × n
     * @param target n × n, the output; may be source itself
     */
    default void copyTriangle(Triangle triangle, Matrix source, Matrix target) {
        int n = target.rows();
        boolean isLower = triangle == Triangle.LOWER || triangle == Triangle.UNIT_LOWER;
        boolean isUnit = triangle == Triangle.UNIT_LOWER || triangle == Triangle.UNIT_UPPER;
        int skip = isUnit ? 1 : 0;
        Workspace ws = workspace();
        for (int i = 0; i < n; i++) {
            int from = isLower ? 0 : i + skip;
            int to = isLower ? i + 1 - skip : n;
            if (!source.equals(target)) {
                copy(ws.view(source, i, from, 1, to - from), ws.view(target, i, from, 1, to - from));
            }
            fill(ws.view(target, i, 0, 1, from), 0);
            fill(ws.view(target, i, to, 1, n - to), 0);
            if (isUnit) {
                fill(ws.view(target, i, i, 1, 1), 1);
            }
        }
    }

    /**
     * Row i of target ← row rows(i) of source, converted to the target's type.
     *
     * @param source any matrix; must not overlap target
     * @param rows as many row numbers of source as target has rows; any of them may come more than once
     * @param target the output, with as many columns as source
     */
    void gatherRows(Matrix source, Indices rows, Matrix target);

    /**
     * Fills with independent standard normal numbers: element (i, j) depends on the seed and on i·columns + j alone, not
     * on type, order or threads.
     *
     * @param seed any number
     * @param target the output
     */
    void gaussian(long seed, Matrix target);

    /**
     * target ← source, each element rounded to one of its two neighbours in the target's type, to either with the probability
     * of its nearness, so that the mean is the element itself: element (i, j) depends on its value, the seed and i·columns + j
     * alone, not on order or threads. What the type has stays as it is, as do NaN and infinities; what is larger than the type
     * has may become infinite.
     *
     * @param seed any number
     * @param source any matrix
     * @param target of the same shape; may have another order
     */
    void roundStochastically(long seed, Matrix source, Matrix target);

    /**
     * Rounds the elements of every row to the nearest of 256 levels of its own, ties to even: source(i, j) ≈ offset + scale·code.
     * Scale and offset are rounded to their type first. A row with an element that is not finite, or whose range overflows, has a
     * scale or offset that is not.
     *
     * @param levels where the levels are
     * @param source m × n; if n is 0 nothing is written
     * @param codes row-major, m × ⌈n/2⌉ of a type of 16 bits, whose elements are memory for two codes of 8 bits, the even one
     *     first
     * @param scales m × 2, F32 or F64: scale and offset of each row
     */
    void quantizeRows(RowLevels levels, Matrix source, Matrix codes, Matrix scales);

    /**
     * target(i, j) ← offset + scale·code, fused in F64 and rounded once.
     *
     * @param codes of {@link #quantizeRows}
     * @param scales of {@link #quantizeRows}
     * @param target m × n; must not overlap them
     */
    void dequantizeRows(Matrix codes, Matrix scales, Matrix target);

    // --------------------------------------------------------------------------------- scalars and reductions

    /** {@return a new scalar of this stream, 0} */
    Scalar scalar();

    /**
     * {@return new row numbers of this stream, all 0}
     *
     * @param length how many
     */
    Indices indices(int length);

    /**
     * Sets a scalar.
     *
     * @param target the scalar
     * @param value its value
     */
    void set(Scalar target, double value);

    /**
     * Sets row numbers.
     *
     * @param target the row numbers
     * @param values as many as target is long; read when the call runs, and must not change until then
     */
    void set(Indices target, int[] values);

    /**
     * out ← a op b.
     *
     * @param op the operation
     * @param a left operand
     * @param b right operand
     * @param out the result; may be a or b
     */
    void scalarOp(ScalarOp op, Scalar a, Scalar b, Scalar out);

    /**
     * out ← the reduction of a matrix; 0 if it is empty.
     *
     * @param reduction which
     * @param m any matrix
     * @param out the result
     */
    void reduce(Reduction reduction, Matrix m, Scalar out);

    /**
     * out ← Σ aᵢⱼ·bᵢⱼ in F64, in a fixed order.
     *
     * @param a any matrix
     * @param b of the same shape
     * @param out the result
     */
    void dot(Matrix a, Matrix b, Scalar out);

    // ------------------------------------------------------------------------------- panels and small systems

    /**
     * b ← t⁻¹·b by substitution; right-hand solves take transposed views. NaN and infinities arise where t is singular.
     *
     * @param triangle which part of t is read
     * @param t n × n, small (a diagonal block)
     * @param b n × m, input and output
     */
    void triangularSolve(Triangle triangle, Matrix t, Matrix b);

    /**
     * Factors a tall panel by LU with partial pivoting in place: unit lower below, upper on and above the diagonal.
     * Entry j of pivots (from {@code first}) becomes {@code first +} the panel row exchanged with row j.
     *
     * @param panel m × w, m ≥ w, input and output
     * @param pivots receives w row numbers
     * @param first position in pivots, and the number of the panel's first row
     * @param status set to {@code 1 + first + j} for the first exactly zero or non-finite pivot, if it was 0
     */
    void luPanel(Matrix panel, Indices pivots, int first, Scalar status);

    /**
     * Exchanges rows as {@link #luPanel} did: for i = from, …, to−1 rows i and pivots[i] of m.
     *
     * @param m input and output
     * @param pivots row numbers of m
     * @param from first pivot
     * @param to one past the last pivot
     * @param direction forward, or backward to undo
     */
    void swapRows(Matrix m, Indices pivots, int from, int to, SwapDirection direction);

    /**
     * Factors a small symmetric positive definite block as L·Lᵀ in place; the strict upper triangle becomes zero.
     *
     * @param block w × w, input and output
     * @param first the number of its first row in the whole matrix
     * @param status set to {@code 1 + first + j} for the first pivot that is not positive, if it was 0
     */
    void choleskyPanel(Matrix block, int first, Scalar status);

    /**
     * Factors a tall panel by Householder QR in place: R on and above the diagonal, reflector vectors v (with an implied
     * leading one) below, and the triangular T of H₁…H_w = I − V·T·Vᵀ.
     *
     * @param panel m × w, m ≥ w, input and output
     * @param t w × w, output: upper triangular, zero below
     */
    void qrPanel(Matrix panel, Matrix t);

    /**
     * N ← (I − X)⁻¹X in place for a small block, by Gauss–Jordan steps that never add the identity. No pivoting: the
     * symmetric part of I − X must be positive definite, as it is for every X whose symmetric part is ≤ 0.
     *
     * @param x n × n, input and output
     */
    void resolventDelta(Matrix x);

    /**
     * Singular value decomposition a = u·diag(s)·vᵀ in F64, singular values descending: by one-sided Jacobi rotations, or
     * for many columns by bidiagonalisation and implicit QR.
     *
     * @param a m × n, m ≥ n; read only
     * @param u m × n, output with orthonormal columns, but those of zero singular values may be zero
     * @param s 1 × n, output
     * @param v n × n, output, orthogonal
     * @param status set to 1 if a is not finite or the sweeps did not converge (the outputs are then unspecified)
     */
    void jacobiSvd(Matrix a, Matrix u, Matrix s, Matrix v, Scalar status);

    /**
     * Singular values alone, descending, by bidiagonalisation and implicit QR in F64.
     *
     * @param a m × n, m ≥ n; read only
     * @param s 1 × n, output
     * @param status set to 1 if a is not finite or the iteration did not converge (s is then unspecified)
     */
    void singularValues(Matrix a, Matrix s, Scalar status);
}
