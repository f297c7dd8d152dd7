package org.isospin.merge;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * OrthoMerge of a weight matrix of models without adapters, by decoupling rotations from the rest (Yang, Shi and Liu 2026):
 * Rᵢ minimises ‖W₀R − Tᵢ‖_F over the rotations, where Tᵢ is the expert Wᵢ (variant G) or the base with the rows in which it
 * conflicts with the others (variant C); R* is the mean of the Rᵢ, by default the Cayley transform of the {@link GeneratorMean}
 * of their inverse Cayley transforms; and what is left, ρᵢ = Wᵢ − W₀Rᵢ, is merged by a {@link DeltaMerge}:
 * W = W₀R* + merge(ρ₁ … ρ_N).
 *
 * <p>Weights are outputs × inputs and rotated from the right, unless {@link OrthoMergeOptions} ask for the shorter side. Weights
 * of experts count by their share in R*, and as they are in the merge of residuals: 1 for all is the paper's.
 *
 * <p>An expert whose target is the base has R = I exactly, so experts that are the base give the base to the last bit.
 * Rotations that cancel give R* = I. One expert, its residual merged as it is, comes back to roundoff.
 *
 * <p>Everything is computed in F64, whatever the types, and rounded once, the residuals too. R* is known to its condition
 * ({@link ExpertRotation}) times u of F64. Weights may be of any magnitude whose products with one another do not matter; base
 * and experts are scaled by powers of two where rotations are fitted. NaN and infinities are rejected.
 */
public final class OrthoMerge {
    private OrthoMerge() {}

    /**
     * How rotations were merged.
     *
     * @param correction of the {@link GeneratorMean}, before it is bounded; 1 for another mean
     * @param isCancelled whether the rotations cancel, so that R* = I
     * @param experts what was found about each
     */
    public record Result(double correction, boolean isCancelled, List<ExpertRotation> experts) {
        /** Keeps a copy of the list. */
        public Result {
            experts = List.copyOf(experts);
        }
    }

    /**
     * out ← W₀R* + merge(ρ₁ … ρ_N). Waits as {@link #decouple} does, and as {@link DeltaMerge} says.
     *
     * @param iso where it runs
     * @param base W₀, m × n
     * @param experts Wᵢ, m × n, one or more
     * @param weights one of each, 0 or more, not all 0
     * @param options how rotations are found and averaged
     * @param residuals how residuals are merged
     * @param out m × n; may overlap inputs
     * @return how rotations were merged
     * @throws IllegalArgumentException if shapes or weights do not fit, out is read-only, or an input is not finite
     * @throws SingularMatrixException if an expert turns too far and the options reject it
     */
    public static Result merge(
            Isospin iso,
            Matrix base,
            List<Matrix> experts,
            double[] weights,
            OrthoMergeOptions options,
            DeltaMerge residuals,
            Matrix out) {
        require(base, experts, weights);
        Operands.requireOutput("orthoMerge", "out", out, base.rows(), base.columns());
        return iso.compute(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        int order = Decoupling.order(base, options);
                        Matrix rotation = ws.matrix(DType.F64, order, order);
                        Matrix rotated = ws.matrix(DType.F64, base.rows(), base.columns());
                        Matrix merged = ws.matrix(DType.F64, base.rows(), base.columns());
                        List<Matrix> rest = scratch(stream, base, experts.size());
                        Result result =
                                Decoupling.decouple(stream, base, experts, weights, options, rotation, rotated, rest);
                        DeltaMerges.merge(stream, "orthoMerge", rest, weights, residuals, merged);
                        stream.combine(1, rotated, 1, merged, 0, merged);
                        stream.copy(merged, out);
                        return result;
                    } finally {
                        ws.release();
                    }
                },
                Experts.operands(experts, base, out));
    }

    /**
     * rotation ← R*, rotated ← W₀R*, residuals ← ρ₁ … ρ_N, for a merge of residuals that looks at more than this matrix. Waits for
     * every expert as {@link org.isospin.polar.ProcrustesFit} does and five times more, twice that and log₂ n times where the nearest
     * orthogonal matrix has no Cayley transform, and five times at the end.
     *
     * @param iso where it runs
     * @param base W₀, m × n
     * @param experts Wᵢ, m × n, one or more
     * @param weights one of each, 0 or more, not all 0
     * @param options how
     * @param rotation n × n, or m × m where the outputs are rotated; may overlap inputs
     * @param rotated m × n; may overlap inputs
     * @param residuals m × n, as many as experts; may overlap inputs
     * @return how rotations were merged
     * @throws IllegalArgumentException if shapes or weights do not fit, an output is read-only, or an input is not finite
     * @throws SingularMatrixException if an expert turns too far and the options reject it
     */
    public static Result decouple(
            Isospin iso,
            Matrix base,
            List<Matrix> experts,
            double[] weights,
            OrthoMergeOptions options,
            Matrix rotation,
            Matrix rotated,
            List<Matrix> residuals) {
        require(base, experts, weights);
        int order = Decoupling.order(base, options);
        Operands.requireOutput("orthoMerge", "rotation", rotation, order, order);
        Operands.requireOutput("orthoMerge", "rotated", rotated, base.rows(), base.columns());
        if (residuals.size() != experts.size()) {
            throw new IllegalArgumentException(
                    "orthoMerge: " + experts.size() + " experts need as many residuals, not " + residuals.size());
        }
        for (Matrix residual : residuals) {
            Operands.requireOutput("orthoMerge", "residual", residual, base.rows(), base.columns());
        }
        return iso.compute(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix r = ws.matrix(DType.F64, order, order);
                        Matrix turned = ws.matrix(DType.F64, base.rows(), base.columns());
                        List<Matrix> rest = scratch(stream, base, experts.size());
                        Result result = Decoupling.decouple(stream, base, experts, weights, options, r, turned, rest);
                        stream.copy(r, rotation);
                        stream.copy(turned, rotated);
                        for (int i = 0; i < rest.size(); i++) {
                            stream.copy(rest.get(i), residuals.get(i));
                        }
                        return result;
                    } finally {
                        ws.release();
                    }
                },
                Experts.operands(experts, base, rotation, rotated));
    }

    private static void require(Matrix base, List<Matrix> experts, double[] weights) {
        Experts.requireWeights("orthoMerge", weights, experts.size());
        Experts.requireShapes("orthoMerge", experts, base);
    }

    /** {@return F64 scratch of a matrix's shape} */
    static List<Matrix> scratch(ComputeStream stream, Matrix like, int count) {
        List<Matrix> made = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            made.add(stream.workspace().matrix(DType.F64, like.rows(), like.columns()));
        }
        return made;
    }
}
