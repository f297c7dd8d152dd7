package org.isospin.merge;

import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * Merges of weights as vectors: the mean, and a base with what several models changed ({@link DeltaMerge}: task arithmetic, TIES,
 * DARE, TSV-M).
 *
 * <p>Arithmetic is F64 whatever the types, rounded once. Sums are not scaled: operands up to 10³⁰⁰ in F64. NaN and infinities are rejected by
 * TIES and TSV-M and propagate in sums.
 */
public final class EuclideanMerge {
    private EuclideanMerge() {}

    /**
     * out ← Σ wᵢWᵢ/Σ wᵢ, summed in order. Equal models give themselves to the last bit. Never waits.
     *
     * @param iso where it runs
     * @param models Wᵢ, m × n, one or more
     * @param weights one of each, 0 or more, not all 0
     * @param out m × n; may overlap inputs
     * @throws IllegalArgumentException if shapes or weights do not fit, or out is read-only
     */
    public static void mean(Isospin iso, List<Matrix> models, double[] weights, Matrix out) {
        require("mean", models, weights, out);
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    double[] shares = Experts.shares(weights);
                    ws.mark();
                    try {
                        Matrix first = ws.matrix(DType.F64, out.rows(), out.columns());
                        Matrix part = ws.matrix(DType.F64, out.rows(), out.columns());
                        Matrix sum = ws.matrix(DType.F64, out.rows(), out.columns());
                        int start = 0;
                        while (shares[start] == 0) {
                            start++;
                        }
                        // As changes of one that counts, so that equal ones give themselves to the last bit.
                        stream.copy(models.get(start), first);
                        stream.copy(first, sum);
                        for (int i = start + 1; i < shares.length; i++) {
                            if (shares[i] > 0) {
                                stream.copy(models.get(i), part);
                                stream.combine(1, part, -1, first, 0, part);
                                stream.combine(1, sum, shares[i], part, 0, sum);
                            }
                        }
                        stream.copy(sum, out);
                    } finally {
                        ws.release();
                    }
                },
                Experts.operands(models, out));
    }

    /**
     * out ← W₀ + merge(W₁ − W₀ … W_N − W₀). Waits as the method says.
     *
     * @param iso where it runs
     * @param base W₀, m × n
     * @param models Wᵢ, m × n, one or more
     * @param weights one of each, 0 or more, not all 0
     * @param method how changes are merged
     * @param out m × n; may overlap inputs
     * @throws IllegalArgumentException if shapes or weights do not fit, out is read-only, or a change is not finite and the method
     *     must compare
     */
    public static void merge(
            Isospin iso, Matrix base, List<Matrix> models, double[] weights, DeltaMerge method, Matrix out) {
        require("merge", models, weights, out);
        Operands.requireSameShape("merge", base, out);
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix origin = ws.matrix(DType.F64, out.rows(), out.columns());
                        Matrix merged = ws.matrix(DType.F64, out.rows(), out.columns());
                        List<Matrix> changes = OrthoMerge.scratch(stream, out, models.size());
                        stream.copy(base, origin);
                        for (int i = 0; i < changes.size(); i++) {
                            stream.copy(models.get(i), changes.get(i));
                            stream.combine(1, changes.get(i), -1, origin, 0, changes.get(i));
                        }
                        DeltaMerges.merge(stream, "merge", changes, weights, method, merged);
                        stream.combine(1, origin, 1, merged, 0, merged);
                        stream.copy(merged, out);
                    } finally {
                        ws.release();
                    }
                },
                Experts.operands(models, base, out));
    }

    /**
     * out ← merge(δ₁ … δ_N), for changes that are there already. Waits as the method says.
     *
     * @param iso where it runs
     * @param changes δᵢ, m × n, one or more
     * @param weights one of each, 0 or more, not all 0
     * @param method how they are merged
     * @param out m × n; may overlap inputs
     * @throws IllegalArgumentException as {@link #merge}
     */
    public static void changes(Isospin iso, List<Matrix> changes, double[] weights, DeltaMerge method, Matrix out) {
        require("merge", changes, weights, out);
        iso.run(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix merged = ws.matrix(DType.F64, out.rows(), out.columns());
                        List<Matrix> copies = OrthoMerge.scratch(stream, out, changes.size());
                        for (int i = 0; i < copies.size(); i++) {
                            stream.copy(changes.get(i), copies.get(i));
                        }
                        DeltaMerges.merge(stream, "merge", copies, weights, method, merged);
                        stream.copy(merged, out);
                    } finally {
                        ws.release();
                    }
                },
                Experts.operands(changes, out));
    }

    private static void require(String operation, List<Matrix> models, double[] weights, Matrix out) {
        Experts.requireWeights(operation, weights, models.size());
        Operands.requireOutput(operation, "out", out, out.rows(), out.columns());
        Experts.requireShapes(operation, models, out);
    }
}
