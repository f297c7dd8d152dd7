package org.isospin.simd;

import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Precision;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.HostStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;

/** A host stream whose kernels run in vectors, large ones on several threads; the others are inherited. */
final class SimdStream extends HostStream {
    private final SimdProducts products;
    private final VectorProducts vectorProducts;
    private final SharedElementwise elementwise;
    private final SharedSymmetric symmetric;
    private final SimdReductions reductions;
    private final SharedPanels panels;

    /**
     * Makes a stream.
     *
     * @param sharing which calls are shared among how many threads
     * @param precision how F32 products are summed
     */
    SimdStream(Sharing sharing, Precision precision) {
        super(sharing.threads(), precision, new SimdVectorOps());
        this.products = new SimdProducts(sharing.pool(), sharing.threads());
        this.vectorProducts = new VectorProducts(sharing);
        this.elementwise = new SharedElementwise(sharing);
        this.symmetric = new SharedSymmetric(sharing, elementwise);
        this.reductions = new SimdReductions(sharing);
        this.panels = new SharedPanels(sharing);
    }

    // --------------------------------------------------------------------------------------------- products

    @Override
    public void gemm(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix d, Matrix c) {
        boolean isColumn = c.columns() == 1;
        if (!isColumn && c.rows() != 1) {
            products.gemm(arithmetic, alpha, a, b, beta, d, c);
            return;
        }
        requireProduct("gemm", a, b, c);
        requireAddend("gemm", beta, d, c);
        if (isColumn) {
            vectorProducts.multiply(arithmetic, alpha, a, b, beta, d, c);
        } else {
            Matrix addend = beta == 0 ? c : d;
            vectorProducts.multiply(
                    arithmetic, alpha, b.transposed(), a.transposed(), beta, addend.transposed(), c.transposed());
        }
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
        elementwise.scaleExactly(value(alpha), source, target);
    }

    @Override
    public void combine(double alpha, Matrix a, double beta, Matrix b, double shift, Matrix out) {
        Operands.requireSameShape("combine", a, out);
        Operands.requireSameShape("combine", b, out);
        elementwise.combine(alpha, a, beta, b, shift, out);
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
    public void copyTriangle(Triangle triangle, Matrix source, Matrix target) {
        Operands.requireSquare("copyTriangle", "source", source);
        Operands.requireSameShape("copyTriangle", source, target);
        symmetric.copyTriangle(triangle, source, target);
    }

    // ---------------------------------------------------------------------------------------------- reductions

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
        int failed = panels.luPanel(panel, rows(pivots), first);
        if (failed >= 0 && value(status) == 0) {
            set(status, 1 + first + failed);
        }
    }

    @Override
    public void resolventDelta(Matrix x) {
        Operands.requireSquare("resolventDelta", "x", x);
        panels.resolventDelta(x);
    }
}
