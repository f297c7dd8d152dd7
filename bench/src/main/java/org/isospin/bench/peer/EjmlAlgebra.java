package org.isospin.bench.peer;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.ejml.data.ReshapeMatrix;
import org.ejml.interfaces.decomposition.SingularValueDecomposition;
import org.ejml.interfaces.linsol.LinearSolver;
import org.isospin.Matrix;

/**
 * EJML on its row-major heap matrices.
 *
 * @param <M> EJML's matrices of a type
 */
final class EjmlAlgebra<M extends ReshapeMatrix> implements Algebra<M> {
    private final EjmlKernels<M> kernels;
    private final int n;
    private final M scratch;

    EjmlAlgebra(EjmlKernels<M> kernels, int n) {
        this.kernels = kernels;
        this.n = n;
        scratch = kernels.allocate().apply(n, n);
    }

    @Override
    public double roundoff() {
        return kernels.dtype().unitRoundoff();
    }

    @Override
    public M matrix() {
        return kernels.allocate().apply(n, n);
    }

    @Override
    public M copyOf(Matrix source) {
        M copy = matrix();
        source.copyTo(toMatrix(copy));
        return copy;
    }

    @Override
    public Matrix toMatrix(M m) {
        return kernels.view().apply(m);
    }

    @Override
    public void multiply(M a, M b, M c) {
        kernels.multiply().apply(a, b, c);
    }

    @Override
    public void multiplyAdd(M a, M b, M c) {
        kernels.multiplyAdd().apply(a, b, c);
    }

    @Override
    public void multiplyTransposed(M a, M b, M c) {
        kernels.multiplyTransposed().apply(a, b, c);
    }

    @Override
    public void gram(M a, M c) {
        kernels.gram().apply(a, c);
    }

    @Override
    public void copy(M from, M to) {
        to.setTo(from);
    }

    @Override
    public void transpose(M from, M to) {
        kernels.transpose().apply(from, to);
    }

    @Override
    public void combine(double alpha, M x, double beta, M y) {
        // With β = 0 the addend is x itself, so that y is not read.
        kernels.combine().apply(alpha, x, beta, beta == 0 ? x : y, y);
    }

    @Override
    public void shift(double shift, M m) {
        Matrix view = toMatrix(m);
        for (int i = 0; i < n; i++) {
            view.set(i, i, view.get(i, i) + shift);
        }
    }

    @Override
    public double frobenius(M m) {
        return kernels.frobenius().apply(m);
    }

    @Override
    public double norm1(M m) {
        return kernels.norm1().apply(m);
    }

    @Override
    public void solve(M a, M b) {
        LinearSolver<M, M> solver = kernels.solver().apply(n);
        if (!solver.setA(a)) {
            throw new ArithmeticException("EJML finds the matrix singular");
        }
        solver.solve(b, scratch);
        b.setTo(scratch);
    }

    @Override
    public void invert(M a) {
        if (!kernels.invert().apply(a)) {
            throw new ArithmeticException("EJML finds the matrix singular");
        }
    }

    @Override
    public void qr(M a, M r) {
        var decomposition = kernels.qr().apply(n, n);
        decomposition.decompose(a);
        decomposition.getR(r, true);
        decomposition.getQ(a, true);
    }

    @Override
    public void gaussian(long seed, M m) {
        SplittableRandom random = new SplittableRandom(seed);
        Matrix view = toMatrix(m);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                view.set(i, j, random.nextGaussian());
            }
        }
    }

    @Override
    public void flipColumns(M q, M r) {
        Matrix columns = toMatrix(q);
        Matrix triangle = toMatrix(r);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (triangle.get(j, j) < 0) {
                    columns.set(i, j, -columns.get(i, j));
                }
            }
        }
    }

    @Override
    public Matrix singularValues(M a) {
        Matrix diagonal = toMatrix(decomposed(a, false).getW(null));
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = -diagonal.get(i, i);
        }
        Arrays.sort(values);
        Matrix descending = Matrix.allocate(kernels.dtype(), 1, n);
        for (int i = 0; i < n; i++) {
            descending.set(0, i, -values[i]);
        }
        return descending;
    }

    @Override
    public List<Matrix> svd(M a) {
        SingularValueDecomposition<M> decomposition = decomposed(a, true);
        M u = decomposition.getU(null, false);
        M v = decomposition.getV(null, false);
        M diagonal = decomposition.getW(null);
        kernels.descending().apply(u, false, diagonal, v, false);
        Matrix square = toMatrix(diagonal);
        Matrix s = Matrix.allocate(kernels.dtype(), 1, n);
        for (int i = 0; i < n; i++) {
            s.set(0, i, square.get(i, i));
        }
        return List.of(toMatrix(u), s, toMatrix(v));
    }

    @Override
    public void polarBySvd(M a, M out) {
        SingularValueDecomposition<M> decomposition = decomposed(a, true);
        multiply(decomposition.getU(null, false), decomposition.getV(null, true), out);
    }

    private SingularValueDecomposition<M> decomposed(M a, boolean hasVectors) {
        SingularValueDecomposition<M> decomposition = kernels.svd().apply(n, n, hasVectors, hasVectors, true);
        if (!decomposition.decompose(a)) {
            throw new ArithmeticException("EJML's singular value decomposition does not converge");
        }
        return decomposition;
    }
}
