package org.isospin.gpu;

import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Precision;
import org.isospin.ProgressListener;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Operands;
import org.isospin.backend.PairPotential;
import org.isospin.backend.Reduction;
import org.isospin.backend.RowLevels;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.SwapDirection;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;
import org.isospin.backend.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * The contract on a CUDA stream: every call enqueues, {@link #read} and {@link #complete} wait. Host operands are uploaded when
 * a call meets them first, and written back at its end.
 */
final class CudaStream implements ComputeStream {
    private final Device device;
    private final Precision precision;
    private final Queue queue;
    private final CudaScalars scalars;
    private final CudaElementwise elementwise;
    private final CudaSymmetric symmetric;
    private final CudaReductions reductions;
    private final CudaPanels panels;
    private final CudaProducts products;
    private final CudaFactorizations factorizations;
    private @Nullable Blas blas;
    private ProgressListener progress = ProgressListener.NONE;
    private volatile boolean isClosed;

    CudaStream(Device device, Precision precision) {
        this.device = device;
        this.precision = precision;
        this.queue = new Queue(device, this);
        this.scalars = new CudaScalars(queue);
        this.elementwise = new CudaElementwise(queue);
        this.symmetric = new CudaSymmetric(queue);
        this.reductions = new CudaReductions(queue, scalars);
        this.panels = new CudaPanels(queue, elementwise);
        this.products = new CudaProducts(queue, this::blas, elementwise, symmetric);
        this.factorizations = new CudaFactorizations(queue, this, elementwise);
    }

    /** {@return cuBLAS, started when it is needed first: that takes long, and copies need none} */
    private Blas blas() {
        if (blas == null) {
            blas = new Blas(queue);
        }
        return blas;
    }

    // ------------------------------------------------------------------------------------------- life of a call

    void bind() {
        device.bind();
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Makes this stream wait for what another one was given. */
    void waitFor(CudaStream other) {
        synchronized (other) {
            // A stream that closes waits for its work itself.
            if (!other.isClosed) {
                queue.waitFor(other.queue);
            }
        }
    }

    void synchronize() {
        queue.synchronize();
    }

    /** A call begins, perhaps on another thread than the last one. */
    @Override
    public void listen(ProgressListener listener) {
        bind();
        progress = listener.equals(ProgressListener.NONE)
                ? listener
                : (operation, done, total) -> {
                    listener.at(operation, done, total);
                    // What hears may call CUDA on another device itself.
                    bind();
                };
        device.clock().begins(queue.stream());
    }

    @Override
    public void complete() {
        queue.writeBack();
    }

    @Override
    public void reset() {
        try {
            device.clock().ends(queue.stream());
            queue.end();
        } finally {
            queue.reset();
            scalars.reset();
        }
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            bind();
            factorizations.close();
            if (blas != null) {
                blas.close();
            }
            scalars.close();
            queue.close();
        }
    }

    @Override
    public Workspace workspace() {
        return queue.workspace();
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public ProgressListener progress() {
        return progress;
    }

    @Override
    public double read(Scalar scalar) {
        return queue.read(CudaScalar.address(scalar));
    }

    // --------------------------------------------------------------------------------------------- products

    private static void requireProduct(String operation, Matrix a, Matrix b, Matrix c) {
        Operands.requireShape(operation, "b", b, a.columns(), b.columns());
        Operands.requireShape(operation, "c", c, a.rows(), b.columns());
    }

    @Override
    public void gemm(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix d, Matrix c) {
        requireProduct("gemm", a, b, c);
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
        Operands.requireSquare("gemmt", "c", c);
        products.gemmt(arithmetic, symmetry, alpha, a, b, beta, d, c);
    }

    @Override
    public void gemmBatched(
            Arithmetic arithmetic, double alpha, MatrixBatch a, MatrixBatch b, double beta, MatrixBatch c) {
        requireProduct("gemmBatched", a.first(), b.first(), c.first());
        products.gemmBatched(arithmetic, alpha, a, b, beta, c);
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
        elementwise.scale(alpha, source, target);
    }

    @Override
    public void scale(Scalar alpha, Matrix source, Matrix target) {
        Operands.requireSameShape("scale", source, target);
        elementwise.scale(alpha, source, target);
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
        elementwise.copyIfFinite(guard, source, target);
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
        elementwise.gatherRows(source, rows, target);
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

    @Override
    public void quantizeRows(RowLevels levels, Matrix source, Matrix codes, Matrix scales) {
        Operands.requireShape("quantizeRows", "codes", codes, source.rows(), (source.columns() + 1) / 2);
        Operands.requireShape("quantizeRows", "scales", scales, source.rows(), 2);
        elementwise.quantizeRows(levels, source, codes, scales);
    }

    @Override
    public void dequantizeRows(Matrix codes, Matrix scales, Matrix target) {
        Operands.requireShape("dequantizeRows", "codes", codes, target.rows(), (target.columns() + 1) / 2);
        Operands.requireShape("dequantizeRows", "scales", scales, target.rows(), 2);
        elementwise.dequantizeRows(codes, scales, target);
    }

    // --------------------------------------------------------------------------------- scalars and reductions

    @Override
    public Scalar scalar() {
        return scalars.scalar();
    }

    @Override
    public Indices indices(int length) {
        return scalars.indices(length);
    }

    @Override
    public void set(Scalar target, double value) {
        scalars.set(target, value);
    }

    @Override
    public void set(Indices target, int[] values) {
        if (values.length != target.length()) {
            throw new IllegalArgumentException("set: " + target.length() + " row numbers, not " + values.length);
        }
        scalars.set(target, values);
    }

    @Override
    public void scalarOp(ScalarOp op, Scalar a, Scalar b, Scalar out) {
        scalars.apply(op, a, b, out);
    }

    @Override
    public void reduce(Reduction reduction, Matrix m, Scalar out) {
        reductions.reduce(reduction, m, out);
    }

    @Override
    public void dot(Matrix a, Matrix b, Scalar out) {
        Operands.requireSameShape("dot", a, b);
        reductions.dot(a, b, out);
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
        factorizations.svd(a, u, s, v, status);
    }

    @Override
    public void singularValues(Matrix a, Matrix s, Scalar status) {
        requireTall("singularValues", a);
        factorizations.singularValues(a, s, status);
    }

    private static void requireTall(String operation, Matrix m) {
        if (m.rows() < m.columns()) {
            throw new IllegalArgumentException(operation + ": there must be as many rows as columns in " + m);
        }
    }

    // --------------------------------------------------------------------------------------- factorizations

    @Override
    public void lu(Matrix a, Indices pivots, Scalar status) {
        Operands.requireSquare("lu", "a", a);
        factorizations.lu(a, pivots, status);
    }

    @Override
    public void solveTriangular(Triangle triangle, Matrix t, Matrix b) {
        if (CudaFactorizations.canSolve(t, b)) {
            boolean isLower = triangle == Triangle.LOWER || triangle == Triangle.UNIT_LOWER;
            boolean isUnit = triangle == Triangle.UNIT_LOWER || triangle == Triangle.UNIT_UPPER;
            blas().solve(isLower, isUnit, t, b);
        } else {
            ComputeStream.super.solveTriangular(triangle, t, b);
        }
    }

    @Override
    public void cholesky(Matrix a, Scalar status) {
        Operands.requireSquare("cholesky", "a", a);
        factorizations.cholesky(a, status);
    }

    @Override
    public boolean hasPolar(int rows, int columns) {
        return LibraryPolar.isFor(columns);
    }

    @Override
    public void polar(Matrix a, Scalar reciprocal, Scalar status) {
        requireTall("polar", a);
        factorizations.polar(a, reciprocal, status);
    }

    @Override
    public void qr(Matrix a, Matrix q, Matrix r) {
        requireTall("qr", a);
        factorizations.qr(a, q, r);
    }
}
