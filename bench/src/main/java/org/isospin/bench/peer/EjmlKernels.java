package org.isospin.bench.peer;

import org.ejml.concurrency.EjmlConcurrency;
import org.ejml.data.DMatrixRMaj;
import org.ejml.data.FMatrixRMaj;
import org.ejml.data.ReshapeMatrix;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.CommonOps_FDRM;
import org.ejml.dense.row.CommonOps_MT_DDRM;
import org.ejml.dense.row.CommonOps_MT_FDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.NormOps_FDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.ejml.dense.row.SingularOps_FDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_FDRM;
import org.ejml.dense.row.factory.DecompositionFactory_MT_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_MT_FDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_FDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.ejml.interfaces.decomposition.SingularValueDecomposition;
import org.ejml.interfaces.linsol.LinearSolver;
import org.isospin.DType;
import org.isospin.Matrix;

/**
 * The routines of EJML that peers use, under the names they share in F32 and F64, single- or multi-threaded.
 *
 * @param <M> EJML's matrices of a type
 */
record EjmlKernels<M extends ReshapeMatrix>(
        DType dtype,
        Allocation<M> allocate,
        View<M> view,
        Product<M> multiply,
        Product<M> multiplyAdd,
        Product<M> multiplyTransposed,
        Assignment<M> gram,
        Assignment<M> transpose,
        Combination<M> combine,
        Norm<M> frobenius,
        Norm<M> norm1,
        Solver<M> solver,
        Inversion<M> invert,
        QrFactory<M> qr,
        SvdFactory<M> svd,
        Descending<M> descending) {
    /** A new zero matrix. */
    interface Allocation<M> {
        M apply(int rows, int columns);
    }

    /** The elements of a matrix, in place. */
    interface View<M> {
        Matrix apply(M m);
    }

    /** c ← a∘b. */
    interface Product<M> {
        void apply(M a, M b, M c);
    }

    /** b ← f(a). */
    interface Assignment<M> {
        void apply(M a, M b);
    }

    /** c ← αa + βb. */
    interface Combination<M> {
        void apply(double alpha, M a, double beta, M b, M c);
    }

    /** A norm. */
    interface Norm<M> {
        double apply(M m);
    }

    /** A solver of n equations. */
    interface Solver<M extends ReshapeMatrix> {
        LinearSolver<M, M> apply(int n);
    }

    /** a ← a⁻¹. */
    interface Inversion<M> {
        boolean apply(M a);
    }

    /** A QR decomposition. */
    interface QrFactory<M extends ReshapeMatrix> {
        QRDecomposition<M> apply(int rows, int columns);
    }

    /** A singular value decomposition. */
    interface SvdFactory<M extends ReshapeMatrix> {
        SingularValueDecomposition<M> apply(int rows, int columns, boolean needU, boolean needV, boolean compact);
    }

    /** Sorts a decomposition. */
    interface Descending<M> {
        void apply(M u, boolean isUTransposed, M s, M v, boolean isVTransposed);
    }

    /**
     * {@return EJML's F64}
     *
     * @param threads how many threads it may use
     */
    static EjmlKernels<DMatrixRMaj> doubles(int threads) {
        boolean isParallel = parallel(threads);
        return new EjmlKernels<>(
                DType.F64,
                DMatrixRMaj::new,
                m -> Matrix.wrap(m.data, m.numRows, m.numCols),
                isParallel ? CommonOps_MT_DDRM::mult : CommonOps_DDRM::mult,
                isParallel ? CommonOps_MT_DDRM::multAdd : CommonOps_DDRM::multAdd,
                isParallel ? CommonOps_MT_DDRM::multTransA : CommonOps_DDRM::multTransA,
                isParallel ? CommonOps_MT_DDRM::multOuter : CommonOps_DDRM::multOuter,
                CommonOps_DDRM::transpose,
                CommonOps_DDRM::add,
                NormOps_DDRM::fastNormF,
                NormOps_DDRM::inducedP1,
                LinearSolverFactory_DDRM::linear,
                CommonOps_DDRM::invert,
                isParallel ? DecompositionFactory_MT_DDRM::qr : DecompositionFactory_DDRM::qr,
                isParallel ? DecompositionFactory_MT_DDRM::svd : DecompositionFactory_DDRM::svd,
                SingularOps_DDRM::descendingOrder);
    }

    /**
     * {@return EJML's F32}
     *
     * @param threads how many threads it may use
     */
    static EjmlKernels<FMatrixRMaj> floats(int threads) {
        boolean isParallel = parallel(threads);
        return new EjmlKernels<>(
                DType.F32,
                FMatrixRMaj::new,
                m -> Matrix.wrap(m.data, m.numRows, m.numCols),
                isParallel ? CommonOps_MT_FDRM::mult : CommonOps_FDRM::mult,
                isParallel ? CommonOps_MT_FDRM::multAdd : CommonOps_FDRM::multAdd,
                isParallel ? CommonOps_MT_FDRM::multTransA : CommonOps_FDRM::multTransA,
                isParallel ? CommonOps_MT_FDRM::multOuter : CommonOps_FDRM::multOuter,
                CommonOps_FDRM::transpose,
                (alpha, a, beta, b, c) -> CommonOps_FDRM.add((float) alpha, a, (float) beta, b, c),
                NormOps_FDRM::fastNormF,
                NormOps_FDRM::inducedP1,
                LinearSolverFactory_FDRM::linear,
                CommonOps_FDRM::invert,
                isParallel ? DecompositionFactory_MT_FDRM::qr : DecompositionFactory_FDRM::qr,
                isParallel ? DecompositionFactory_MT_FDRM::svd : DecompositionFactory_FDRM::svd,
                SingularOps_FDRM::descendingOrder);
    }

    private static boolean parallel(int threads) {
        if (threads > 1) {
            EjmlConcurrency.setMaxThreads(threads);
        }
        return threads > 1;
    }
}
