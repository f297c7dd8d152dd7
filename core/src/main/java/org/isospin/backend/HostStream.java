package org.isospin.backend;

import java.util.ArrayList;
import java.util.List;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Precision;
import org.isospin.SkewMatrix;

/**
 * A stream that computes on the host, at once and on the caller's thread: plain loops that say what each kernel means.
 *
 * <p>A backend that computes on the host extends it and overrides what it does faster.
 */
public class HostStream implements ComputeStream {
    private final int threads;
    private final Precision precision;
    private final Workspace workspace = new Workspace((dtype, elements) -> Matrix.allocate(dtype, 1, elements));
    private final List<HostScalar> scalars = new ArrayList<>();
    private final List<HostIndices> indices = new ArrayList<>();
    private int usedScalars;
    private int usedIndices;
    private final HostProducts products;
    private final HostElementwise elementwise;
    private final HostReductions reductions;
    private final HostPanels panels;

    /**
     * Makes a stream.
     *
     * @param threads how many threads may work on one call; these loops use one
     * @param precision how F32 products are summed
     * @param ops the vector operations that panels are built from
     */
    public HostStream(int threads, Precision precision, VectorOps ops) {
        this.threads = threads;
        this.precision = precision;
        Rows rows = new Rows();
        this.products = new HostProducts(rows);
        this.elementwise = new HostElementwise(rows);
        this.reductions = new HostReductions(rows);
        this.panels = new HostPanels(rows, ops);
    }

    /** {@return how many threads, the caller's included, may work on one call} */
    protected final int threads() {
        return threads;
    }

    @Override
    public Workspace workspace() {
        return workspace;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public void reset() {
        workspace.reset();
        usedScalars = 0;
        usedIndices = 0;
    }

    /** Holds nothing but memory of the heap. */
    @Override
    public void close() {}

    // --------------------------------------------------------------------------------------------- products

    @Override
    public void gemm(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix d, Matrix c) {
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
        products.gemmt(arithmetic, symmetry, alpha, a, b, beta, d, c);
    }

    @Override
    public void gemmBatched(
            Arithmetic arithmetic, double alpha, MatrixBatch a, MatrixBatch b, double beta, MatrixBatch c) {
        products.gemmBatched(arithmetic, alpha, a, b, beta, c);
    }

    // ------------------------------------------------------------------------------------------ element-wise

    @Override
    public void copy(Matrix source, Matrix target) {
        elementwise.copy(source, target);
    }

    @Override
    public void fill(Matrix target, double value) {
        elementwise.fill(target, value);
    }

    @Override
    public void scale(double alpha, Matrix source, Matrix target) {
        elementwise.scale(alpha, source, target);
    }

    @Override
    public final void scale(Scalar alpha, Matrix source, Matrix target) {
        scale(HostScalar.of(alpha).value, source, target);
    }

    @Override
    public void combine(double alpha, Matrix a, double beta, Matrix b, double shift, Matrix out) {
        elementwise.combine(alpha, a, beta, b, shift, out);
    }

    @Override
    public void addDiagonal(double shift, Matrix target) {
        elementwise.addDiagonal(shift, target);
    }

    @Override
    public void symmetrize(Symmetry symmetry, Matrix m, Matrix out) {
        elementwise.symmetrize(symmetry, m, out);
    }

    @Override
    public void unpackSkew(SkewMatrix packed, Matrix dense) {
        elementwise.unpackSkew(packed, dense);
    }

    @Override
    public void packSkew(Matrix dense, SkewMatrix packed) {
        elementwise.packSkew(dense, packed);
    }

    @Override
    public void flipColumns(Matrix source, Matrix signs, Matrix target) {
        elementwise.flipColumns(source, signs, target);
    }

    @Override
    public void copyDiagonal(Matrix source, Matrix target) {
        elementwise.copyDiagonal(source, target);
    }

    @Override
    public void copyTriangle(Triangle triangle, Matrix source, Matrix target) {
        elementwise.copyTriangle(triangle, source, target);
    }

    @Override
    public void gaussian(long seed, Matrix target) {
        for (int i = 0; i < target.rows(); i++) {
            for (int j = 0; j < target.columns(); j++) {
                target.set(i, j, Gaussian.at(seed, (long) i * target.columns() + j));
            }
        }
    }

    // --------------------------------------------------------------------------------- scalars and reductions

    @Override
    public final Scalar scalar() {
        if (usedScalars == scalars.size()) {
            scalars.add(new HostScalar());
        }
        HostScalar scalar = scalars.get(usedScalars++);
        scalar.value = 0;
        return scalar;
    }

    @Override
    public final Indices indices(int length) {
        if (usedIndices == indices.size()) {
            indices.add(new HostIndices());
        }
        HostIndices out = indices.get(usedIndices++);
        out.resize(length);
        return out;
    }

    @Override
    public final void set(Scalar target, double value) {
        HostScalar.of(target).value = value;
    }

    @Override
    public final void scalarOp(ScalarOp op, Scalar a, Scalar b, Scalar out) {
        HostScalar.of(out).value = op.apply(HostScalar.of(a).value, HostScalar.of(b).value);
    }

    @Override
    public final double read(Scalar scalar) {
        return HostScalar.of(scalar).value;
    }

    @Override
    public void reduce(Reduction reduction, Matrix m, Scalar out) {
        set(out, reductions.reduce(reduction, m));
    }

    @Override
    public void dot(Matrix a, Matrix b, Scalar out) {
        set(out, reductions.dot(a, b));
    }

    // ------------------------------------------------------------------------------- panels and small systems

    @Override
    public void triangularSolve(Triangle triangle, Matrix t, Matrix b) {
        panels.triangularSolve(triangle, t, b);
    }

    @Override
    public void luPanel(Matrix panel, Indices pivots, int first, Scalar status) {
        report(panels.luPanel(panel, HostIndices.of(pivots), first), status);
    }

    @Override
    public void swapRows(Matrix m, Indices pivots, int from, int to, SwapDirection direction) {
        panels.swapRows(m, HostIndices.of(pivots), from, to, direction);
    }

    @Override
    public void choleskyPanel(Matrix block, int first, Scalar status) {
        report(panels.choleskyPanel(block, first), status);
    }

    @Override
    public void qrPanel(Matrix panel, Matrix t) {
        panels.qrPanel(panel, t);
    }

    @Override
    public void resolventDelta(Matrix x) {
        panels.resolventDelta(x);
    }

    @Override
    public void jacobiSvd(Matrix a, Matrix u, Matrix s, Matrix v, Scalar status) {
        report(panels.svd(a, u, s, v) ? 0 : 1, status);
    }

    @Override
    public void singularValues(Matrix a, Matrix s, Scalar status) {
        report(panels.singularValues(a, s) ? 0 : 1, status);
    }

    /** Keeps the first failure. */
    private void report(int failure, Scalar status) {
        if (failure != 0 && read(status) == 0) {
            set(status, failure);
        }
    }
}
