package org.isospin.merge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/** {@link TsvM}. */
final class TsvMerge {
    private TsvMerge() {}

    static void merge(
            ComputeStream stream, String operation, List<Matrix> deltas, double[] weights, TsvM method, Matrix out) {
        Workspace ws = stream.workspace();
        boolean isWide = out.rows() < out.columns();
        int m = Math.max(out.rows(), out.columns());
        int n = Math.min(out.rows(), out.columns());
        List<Integer> active = active(stream, operation, deltas, weights);
        int models = (int) Arrays.stream(weights).filter(w -> w > 0).count();
        int rank = Math.min(n, Math.max(1, n / models));
        int width = rank * active.size();
        stream.fill(out, 0);
        if (width == 0) {
            return;
        }
        ws.mark();
        try {
            Matrix lefts = ws.matrix(DType.F64, m, width);
            Matrix values = ws.matrix(DType.F64, 1, width);
            Matrix rights = ws.matrix(DType.F64, n, width);
            Matrix u = ws.matrix(DType.F64, m, n);
            Matrix s = ws.matrix(DType.F64, 1, n);
            Matrix v = ws.matrix(DType.F64, n, n);
            for (int a = 0; a < active.size(); a++) {
                stream.progress().at(operation, a, active.size() + 2);
                Matrix delta = deltas.get(active.get(a));
                decompose(stream, operation, isWide ? delta.transposed() : delta, u, s, v);
                stream.copy(ws.view(u, 0, 0, m, rank), ws.view(lefts, 0, a * rank, m, rank));
                stream.copy(ws.view(v, 0, 0, n, rank), ws.view(rights, 0, a * rank, n, rank));
                stream.scale(weights[active.get(a)], ws.view(s, 0, 0, 1, rank), ws.view(values, 0, a * rank, 1, rank));
            }
            Matrix orthonormal = ws.matrix(DType.F64, m, width);
            Matrix opposite = ws.matrix(DType.F64, n, width);
            stream.progress().at(operation, active.size(), active.size() + 2);
            polar(stream, operation, lefts, orthonormal);
            stream.progress().at(operation, active.size() + 1, active.size() + 2);
            polar(stream, operation, rights, opposite);
            stream.scaleRows(values.transposed(), orthonormal.transposed(), orthonormal.transposed());
            Matrix target = isWide ? out.transposed() : out;
            stream.gemm(Arithmetic.F64, method.scale(), orthonormal, opposite.transposed(), 0, target, target);
        } finally {
            ws.release();
        }
    }

    /** {@return the models that have a weight and changed something} */
    private static List<Integer> active(ComputeStream stream, String operation, List<Matrix> deltas, double[] weights) {
        List<Integer> active = new ArrayList<>();
        Scalar size = stream.scalar();
        for (int i = 0; i < weights.length; i++) {
            stream.reduce(Reduction.MAX_ABS, deltas.get(i), size);
            double largest = stream.read(size);
            Experts.requireFinite(operation, largest, i);
            if (weights[i] > 0 && largest > 0) {
                active.add(i);
            }
        }
        return active;
    }

    /** out ← the polar factor PQᵀ of a = P·diag(σ)·Qᵀ of any shape and rank. */
    private static void polar(ComputeStream stream, String operation, Matrix a, Matrix out) {
        Workspace ws = stream.workspace();
        boolean isWide = a.rows() < a.columns();
        int m = Math.max(a.rows(), a.columns());
        int n = Math.min(a.rows(), a.columns());
        ws.mark();
        try {
            Matrix p = ws.matrix(DType.F64, m, n);
            Matrix s = ws.matrix(DType.F64, 1, n);
            Matrix q = ws.matrix(DType.F64, n, n);
            decompose(stream, operation, isWide ? a.transposed() : a, p, s, q);
            Matrix target = isWide ? out.transposed() : out;
            stream.gemm(Arithmetic.F64, 1, p, q.transposed(), 0, target, target);
        } finally {
            ws.release();
        }
    }

    private static void decompose(ComputeStream stream, String operation, Matrix a, Matrix u, Matrix s, Matrix v) {
        Scalar status = stream.scalar();
        stream.set(status, 0);
        stream.svd(a, u, s, v, status);
        if (stream.read(status) != 0) {
            throw new IllegalArgumentException(operation + ": a singular value decomposition did not converge");
        }
    }
}
