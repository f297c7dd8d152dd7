package org.isospin.backend;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Precision;
import org.isospin.ProgressListener;
import org.isospin.SkewMatrix;

/**
 * A stream that computes in plain Java as it is called: the definition of what every kernel means, and the base of streams
 * that compute some of them faster.
 *
 * <p>Scratch is on the heap and grows to its largest use. Works on any host matrix: on or off the heap, mapped, of any
 * alignment, order and stride.
 */
public class HostStream implements ComputeStream {
    private final int threads;
    private final Precision precision;
    private final VectorOps ops;
    private final Workspace workspace = new Workspace(HostStream::allocate);
    private final List<HostScalar> scalars = new ArrayList<>();
    private final List<HostIndices> indices = new ArrayList<>();
    private final Blocks blocks = new Blocks();
    private final HostProducts products = new HostProducts(blocks);
    private final HostElementwise elementwise = new HostElementwise(blocks);
    private final HostLevels levels = new HostLevels(blocks);
    private final HostSymmetric symmetric = new HostSymmetric(blocks);
    private final HostReductions reductions;
    private final HostPanels panels;
    private final HostSvd svd;
    private ProgressListener progress = ProgressListener.NONE;
    private int scalarsUsed;
    private int indicesUsed;

    /**
     * Makes a stream.
     *
     * @param threads how many threads, the caller's included, may work on one call
     * @param precision how F32 products are summed
     * @param ops vector operations that panels, reductions and singular values are built from
     */
    public HostStream(int threads, Precision precision, VectorOps ops) {
        this.threads = threads;
        this.precision = precision;
        this.ops = ops;
        this.reductions = new HostReductions(blocks, ops);
        this.panels = new HostPanels(blocks, ops);
        this.svd = new HostSvd(blocks, ops);
    }

    private static Matrix allocate(DType dtype, int elements) {
        return Matrix.allocate(dtype, 1, elements);
    }

    /** {@return how many threads, the caller's included, may work on one call} */
    protected final int threads() {
        return threads;
    }

    /** {@return the vector operations of this stream} */
    protected final VectorOps ops() {
        return ops;
    }

    /** {@return staging memory for the caller's thread} */
    protected final Blocks blocks() {
        return blocks;
    }

    /**
     * {@return the value of a scalar of a host stream}
     *
     * @param scalar the scalar
     */
    protected static double value(Scalar scalar) {
        return HostScalar.of(scalar).value;
    }

    /**
     * {@return the row numbers of a host stream, to read and write; at least as many as its length}
     *
     * @param indices the row numbers
     */
    protected static int[] rows(Indices indices) {
        return HostIndices.of(indices).values;
    }

    @Override
    public final Workspace workspace() {
        return workspace;
    }

    @Override
    public final Precision precision() {
        return precision;
    }

    @Override
    public final ProgressListener progress() {
        return progress;
    }

    @Override
    public final void listen(ProgressListener listener) {
        progress = listener;
    }

    @Override
    public final double read(Scalar scalar) {
        return value(scalar);
    }

    @Override
    public void reset() {
        workspace.reset();
        scalarsUsed = 0;
        indicesUsed = 0;
    }

    @Override
    public void close() {
        reset();
    }

    // --------------------------------------------------------------------------------------------- products

    @Override
    public void gemm(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix d, Matrix c) {
        requireProduct("gemm", a, b, c);
        requireAddend("gemm", beta, d, c);
        products.gemm(arithmetic, alpha, a, b, beta, d, c);
    }

    @Override
    public void gemmt(
            Arithmetic arithmetic,
            Symmetry symmetry,
            double alpha,
            Matrix a,
            Matrix b,
            double beta,
            Matrix d,
            Matrix c) {
        requireProduct("gemmt", a, b, c);
        requireAddend("gemmt", beta, d, c);
        Operands.requireSquare("gemmt", "c", c);
        products.gemmt(arithmetic, symmetry, alpha, a, b, beta, d, c);
    }

    @Override
    public void gemmBatched(
            Arithmetic arithmetic, double alpha, MatrixBatch a, MatrixBatch b, double beta, MatrixBatch c) {
        requireProduct("gemmBatched", a.first(), b.first(), c.first());
        products.gemmBatched(arithmetic, alpha, a, b, beta, c);
    }

    /**
     * Requires an addend of the output's shape, if it is read.
     *
     * @param operation the operation, for the message
     * @param beta its factor
     * @param d the addend
     * @param c the output
     */
    protected static void requireAddend(String operation, double beta, Matrix d, Matrix c) {
        if (beta != 0) {
            Operands.requireSameShape(operation, d, c);
        }
    }

    /**
     * Requires shapes that can be multiplied.
     *
     * @param operation the operation, for the message
     * @param a left factor
     * @param b right factor
     * @param c the output
     */
    protected static void requireProduct(String operation, Matrix a, Matrix b, Matrix c) {
        Operands.requireShape(operation, "b", b, a.columns(), b.columns());
        Operands.requireShape(operation, "c", c, a.rows(), b.columns());
    }

    // ------------------------------------------------------------------------------------------ element-wise

    @Override
    public void copy(Matrix source, Matrix target) {
        Operands.requireSameShape("copy", source, target);
        elementwise.copy(source, target);
    }

    @Override
    public void fill(Matrix target, double value) {
        elementwise.fill(target, value);
    }

    @Override
    public void scale(double alpha, Matrix source, Matrix target) {
        Operands.requireSameShape("scale", source, target);
        boolean isDouble = source.dtype() == DType.F64 || target.dtype() == DType.F64;
        elementwise.scale(isDouble ? alpha : (float) alpha, source, target);
    }

    @Override
    public void scale(Scalar alpha, Matrix source, Matrix target) {
        Operands.requireSameShape("scale", source, target);
        elementwise.scale(value(alpha), source, target);
    }

    @Override
    public void combine(double alpha, Matrix a, double beta, Matrix b, double shift, Matrix out) {
        Operands.requireSameShape("combine", a, out);
        Operands.requireSameShape("combine", b, out);
        elementwise.combine(alpha, a, beta, b, shift, out);
    }

    @Override
    public void divide(Matrix a, Matrix b, Matrix out) {
        Operands.requireSameShape("divide", a, out);
        Operands.requireSameShape("divide", b, out);
        elementwise.divide(a, b, out);
    }

    @Override
    public void scaleRows(Matrix weights, Matrix source, Matrix target) {
        Operands.requireSameShape("scaleRows", source, target);
        Operands.requireShape("scaleRows", "weights", weights, source.rows(), 1);
        elementwise.scaleRows(weights, source, target);
    }

    @Override
    public void multiply(Matrix a, Matrix b, Matrix out) {
        Operands.requireSameShape("multiply", a, out);
        Operands.requireSameShape("multiply", b, out);
        elementwise.multiply(a, b, out);
    }

    @Override
    public void divideByRoot(double alpha, Matrix a, double beta, Matrix b, double epsilon, Matrix out) {
        Operands.requireSameShape("divideByRoot", a, out);
        Operands.requireSameShape("divideByRoot", b, out);
        elementwise.divideByRoot(alpha, a, beta, b, epsilon, out);
    }

    @Override
    public void pairPotential(PairPotential potential, Matrix cosines, Matrix out) {
        Operands.requireSameShape("pairPotential", cosines, out);
        elementwise.pairPotential(potential, cosines, out);
    }

    @Override
    public void pairSlope(PairPotential potential, Matrix cosines, Matrix out) {
        Operands.requireSameShape("pairSlope", cosines, out);
        elementwise.pairSlope(potential, cosines, out);
    }

    @Override
    public void copyIfFinite(Scalar guard, Matrix source, Matrix target) {
        Operands.requireSameShape("copyIfFinite", source, target);
        if (Double.isFinite(value(guard))) {
            copy(source, target);
        }
    }

    @Override
    public void addDiagonal(double shift, Matrix target) {
        elementwise.addDiagonal(shift, target);
    }

    @Override
    public void symmetrize(Symmetry symmetry, Matrix m, Matrix out) {
        Operands.requireSquare("symmetrize", "m", m);
        Operands.requireSameShape("symmetrize", m, out);
        symmetric.symmetrize(symmetry, m, out);
    }

    @Override
    public void unpackSkew(SkewMatrix packed, Matrix dense) {
        Operands.requireShape("unpackSkew", "dense", dense, packed.order(), packed.order());
        symmetric.unpackSkew(packed, dense);
    }

    @Override
    public void packSkew(Matrix dense, SkewMatrix packed) {
        Operands.requireShape("packSkew", "dense", dense, packed.order(), packed.order());
        symmetric.packSkew(dense, packed);
    }

    @Override
    public void flipColumns(Matrix source, Matrix signs, Matrix target) {
        Operands.requireSameShape("flipColumns", source, target);
        Operands.requireShape("flipColumns", "signs", signs, 1, source.columns());
        elementwise.flipColumns(source, signs, target);
    }

    @Override
    public void copyDiagonal(Matrix source, Matrix target) {
        Operands.requireShape("copyDiagonal", "target", target, 1, Math.min(source.rows(), source.columns()));
        elementwise.copyDiagonal(source, target);
    }

    @Override
    public void copyTriangle(Triangle triangle, Matrix source, Matrix target) {
        Operands.requireSquare("copyTriangle", "source", source);
        Operands.requireSameShape("copyTriangle", source, target);
        symmetric.copyTriangle(triangle, source, target);
    }

    @Override
    public void gatherRows(Matrix source, Indices rows, Matrix target) {
        Operands.requireShape("gatherRows", "target", target, rows.length(), source.columns());
        elementwise.gatherRows(source, rows(rows), target);
    }

    @Override
    public void gaussian(long seed, Matrix target) {
        elementwise.gaussian(seed, target);
    }

    @Override
    public void roundStochastically(long seed, Matrix source, Matrix target) {
        Operands.requireSameShape("roundStochastically", source, target);
        elementwise.roundStochastically(seed, source, target);
    }

    // --------------------------------------------------------------------------------- scalars and reductions

    @Override
    public final Scalar scalar() {
        if (scalarsUsed == scalars.size()) {
            scalars.add(new HostScalar());
        }
        HostScalar scalar = scalars.get(scalarsUsed++);
        scalar.value = 0;
        return scalar;
    }

    @Override
    public void quantizeRows(RowLevels form, Matrix source, Matrix codes, Matrix scales) {
        Operands.requireShape("quantizeRows", "codes", codes, source.rows(), (source.columns() + 1) / 2);
        Operands.requireShape("quantizeRows", "scales", scales, source.rows(), 2);
        levels.quantizeRows(form, source, codes, scales);
    }

    @Override
    public void dequantizeRows(Matrix codes, Matrix scales, Matrix target) {
        Operands.requireShape("dequantizeRows", "codes", codes, target.rows(), (target.columns() + 1) / 2);
        Operands.requireShape("dequantizeRows", "scales", scales, target.rows(), 2);
        levels.dequantizeRows(codes, scales, target);
    }

    @Override
    public final Indices indices(int length) {
        if (indicesUsed == indices.size()) {
            indices.add(new HostIndices());
        }
        HostIndices rows = indices.get(indicesUsed++);
        rows.reset(length);
        return rows;
    }

    @Override
    public final void set(Scalar target, double value) {
        HostScalar.of(target).value = value;
    }

    @Override
    public final void set(Indices target, int[] values) {
        if (values.length != target.length()) {
            throw new IllegalArgumentException("set: " + target.length() + " row numbers, not " + values.length);
        }
        System.arraycopy(values, 0, rows(target), 0, values.length);
    }

    @Override
    public final void scalarOp(ScalarOp op, Scalar a, Scalar b, Scalar out) {
        set(out, op.apply(value(a), value(b)));
    }

    @Override
    public void reduce(Reduction reduction, Matrix m, Scalar out) {
        set(out, reductions.reduce(reduction, m));
    }

    @Override
    public void dot(Matrix a, Matrix b, Scalar out) {
        Operands.requireSameShape("dot", a, b);
        set(out, reductions.dot(a, b));
    }

    // ------------------------------------------------------------------------------- panels and small systems

    @Override
    public void triangularSolve(Triangle triangle, Matrix t, Matrix b) {
        Operands.requireSquare("triangularSolve", "t", t);
        Operands.requireShape("triangularSolve", "b", b, t.rows(), b.columns());
        panels.triangularSolve(triangle, t, b);
    }

    @Override
    public void luPanel(Matrix panel, Indices pivots, int first, Scalar status) {
        requireTall("luPanel", panel);
        panels.luPanel(panel, pivots, first, status);
    }

    @Override
    public void swapRows(Matrix m, Indices pivots, int from, int to, SwapDirection direction) {
        panels.swapRows(m, pivots, from, to, direction);
    }

    @Override
    public void choleskyPanel(Matrix block, int first, Scalar status) {
        Operands.requireSquare("choleskyPanel", "block", block);
        panels.choleskyPanel(block, first, status);
    }

    @Override
    public void qrPanel(Matrix panel, Matrix t) {
        requireTall("qrPanel", panel);
        Operands.requireShape("qrPanel", "t", t, panel.columns(), panel.columns());
        panels.qrPanel(panel, t);
    }

    @Override
    public void resolventDelta(Matrix x) {
        Operands.requireSquare("resolventDelta", "x", x);
        panels.resolventDelta(x);
    }

    @Override
    public void jacobiSvd(Matrix a, Matrix u, Matrix s, Matrix v, Scalar status) {
        requireTall("jacobiSvd", a);
        svd.svd(a, u, s, v, status, progress);
    }

    @Override
    public void singularValues(Matrix a, Matrix s, Scalar status) {
        requireTall("singularValues", a);
        svd.singularValues(a, s, status, progress);
    }

    /**
     * Requires a matrix with as many rows as columns, or more.
     *
     * @param operation the operation, for the message
     * @param m the matrix
     */
    protected static void requireTall(String operation, Matrix m) {
        if (m.rows() < m.columns()) {
            throw new IllegalArgumentException(operation + ": there must be as many rows as columns in " + m);
        }
    }
}
