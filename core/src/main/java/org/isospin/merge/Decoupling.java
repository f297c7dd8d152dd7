package org.isospin.merge;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;
import org.isospin.polar.Group;
import org.isospin.polar.ProcrustesFit;
import org.isospin.rotation.Cayley;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.KarcherMean;

/** Decoupling of rotations and residuals, as {@link OrthoMerge} documents it, in F64. */
final class Decoupling {
    /** Up to this angle a rotation and the Cayley transform of its generator differ by rounding alone. */
    private static final double SURE = Math.PI / 2;

    private final ComputeStream stream;
    private final OrthoMergeOptions options;
    private final boolean isOfOutputs;
    /** W₀, and scratch of its shape, as they are and from the side that is rotated. */
    private final Matrix base;

    private final Matrix target;
    private final int order;
    /** Packed generators. */
    private final List<Matrix> generators = new ArrayList<>();
    /** Rotations, one below the other; without rows if only generators are averaged. */
    private final Matrix rotations;

    private Decoupling(ComputeStream stream, Matrix base, int count, OrthoMergeOptions options) {
        Workspace ws = stream.workspace();
        this.stream = stream;
        this.options = options;
        this.isOfOutputs = isOfOutputs(base, options);
        this.order = order(base, options);
        this.base = ws.matrix(DType.F64, base.rows(), base.columns());
        this.target = ws.matrix(DType.F64, base.rows(), base.columns());
        boolean isIntrinsic = options.mean() instanceof IntrinsicMean;
        this.rotations = ws.matrix(DType.F64, isIntrinsic ? count * order : 0, order);
        for (int i = 0; i < count; i++) {
            generators.add(ws.matrix(DType.F64, 1, SkewMatrix.packedLength(order)));
        }
        stream.copy(base, this.base);
    }

    /** {@return whether the outputs are rotated, RW₀, and not the inputs} */
    static boolean isOfOutputs(Matrix base, OrthoMergeOptions options) {
        return options.side() == OrthoMergeOptions.Side.SHORTER && base.rows() < base.columns();
    }

    /** {@return the order of the rotations} */
    static int order(Matrix base, OrthoMergeOptions options) {
        return isOfOutputs(base, options) ? base.rows() : base.columns();
    }

    /**
     * rotation ← R*, rotated ← W₀R*, residuals ← ρᵢ.
     *
     * @param stream where it runs
     * @param base W₀
     * @param experts Wᵢ
     * @param weights one of each
     * @param options how
     * @param rotation F64; no operand
     * @param rotated F64; no operand
     * @param residuals F64; no operands
     * @return how
     */
    static OrthoMerge.Result decouple(
            ComputeStream stream,
            Matrix base,
            List<Matrix> experts,
            double[] weights,
            OrthoMergeOptions options,
            Matrix rotation,
            Matrix rotated,
            List<Matrix> residuals) {
        Workspace ws = stream.workspace();
        int count = experts.size();
        ws.mark();
        try {
            Decoupling all = new Decoupling(stream, base, count, options);
            Matrix mean = ws.matrix(DType.F64, base.rows(), base.columns());
            for (int i = 0; i < count; i++) {
                stream.copy(experts.get(i), residuals.get(i));
                stream.combine(1, residuals.get(i), -1, all.base, 0, residuals.get(i));
            }
            boolean isByConflicts = options.targets() == OrthoMergeOptions.Targets.CONFLICTS;
            if (isByConflicts) {
                ConflictRows.mean(stream, residuals, Experts.shares(weights), mean);
            }
            List<ExpertRotation> found = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                stream.progress().at("orthoMerge", i, count + 1);
                if (isByConflicts) {
                    ConflictRows.keep(stream, residuals.get(i), mean, options.conflictThreshold(), all.target);
                } else {
                    stream.copy(residuals.get(i), all.target);
                }
                found.add(all.rotate(i, experts.get(i), residuals.get(i)));
            }
            stream.progress().at("orthoMerge", count, count + 1);
            return all.average(weights, found, rotation, rotated);
        } finally {
            ws.release();
        }
    }

    /** The matrix with the side that is rotated as its columns. */
    private Matrix view(Matrix m) {
        return isOfOutputs ? m.transposed() : m;
    }

    /** From target = T − W₀ and residual = Wᵢ − W₀, the rotation and ρᵢ. */
    private ExpertRotation rotate(int i, Matrix expert, Matrix residual) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix r = ws.matrix(DType.F64, order, order);
            Scalar change = stream.scalar();
            Scalar wanted = stream.scalar();
            stream.reduce(Reduction.FROBENIUS, residual, change);
            stream.reduce(Reduction.MAX_ABS, target, wanted);
            double moved = stream.read(change);
            Experts.requireFinite("orthoMerge", moved, i);
            if (stream.read(wanted) == 0) {
                still(i, r);
                return new ExpertRotation(ExpertRotation.Outcome.UNCHANGED, 0, 1, 0, moved, moved);
            }
            stream.combine(1, base, 1, target, 0, target);
            SkewMatrix generator = SkewMatrix.wrap(order, generators.get(i));
            // What has a generator is a rotation, so that the determinant need not be looked at.
            ProcrustesFit.Determination fit = fit(Group.ORTHOGONAL, r);
            double angle = invert(r, generator);
            if (options.group() == Group.ROTATION && angle == Math.PI) {
                fit = fit(Group.ROTATION, r);
                angle = invert(r, generator);
            }
            boolean isAlgebraic = options.mean() instanceof GeneratorMean;
            if (isAlgebraic && !(angle < Math.PI && angle <= options.largestAngle())) {
                if (options.halfTurns() == OrthoMergeOptions.HalfTurns.REJECT) {
                    throw new SingularMatrixException(
                            "orthoMerge: expert " + i + " turns by " + angle + ", of at most " + options.largestAngle()
                                    + " that the options allow, and not by π",
                            i,
                            Math.cos(angle / 2));
                }
                still(i, r);
                return new ExpertRotation(
                        ExpertRotation.Outcome.HALF_TURN, angle, fit.condition(), fit.rank(), moved, moved);
            }
            if (isAlgebraic && angle > SURE) {
                // What is averaged, not what was fitted, is taken out: near π they differ.
                Cayley.cayley(stream, generator, CayleyStep.FULL, r);
            }
            keep(i, r);
            stream.copy(expert, residual);
            Matrix rest = view(residual);
            stream.gemm(Arithmetic.F64, -1, view(base), r, 1, rest, rest);
            stream.reduce(Reduction.FROBENIUS, residual, change);
            return new ExpertRotation(
                    ExpertRotation.Outcome.ROTATED, angle, fit.condition(), fit.rank(), moved, stream.read(change));
        } finally {
            ws.release();
        }
    }

    /** r ← the rotation that fits the target, in a group. */
    private ProcrustesFit.Determination fit(Group group, Matrix r) {
        return ProcrustesFit.rotation(
                stream, view(base), view(target), options.procrustes().withGroup(group), r);
    }

    /** generator ← the inverse Cayley transform. {@return the largest angle, π if there is none} */
    private double invert(Matrix r, SkewMatrix generator) {
        try {
            return 2
                    * Math.atan(Cayley.measuredInverse(stream, r, CayleyStep.FULL, generator)
                            .norm());
        } catch (SingularMatrixException e) {
            return Math.PI;
        }
    }

    private void still(int i, Matrix r) {
        stream.fill(generators.get(i), 0);
        stream.fill(r, 0);
        stream.addDiagonal(1, r);
        keep(i, r);
    }

    private void keep(int i, Matrix r) {
        if (rotations.rows() > 0) {
            stream.copy(r, stream.workspace().view(rotations, i * order, 0, order, order));
        }
    }

    private OrthoMerge.Result average(double[] weights, List<ExpertRotation> found, Matrix rotation, Matrix rotated) {
        double correction = 1;
        boolean isCancelled = false;
        switch (options.mean()) {
            case GeneratorMean mean -> {
                Matrix merged = generators.getFirst();
                GeneratorMean.Result result =
                        GeneratorSum.mean(stream, "orthoMerge", generators, weights, mean, merged);
                Cayley.cayley(stream, SkewMatrix.wrap(order, merged), CayleyStep.FULL, rotation);
                correction = result.correction();
                isCancelled = result.isCancelled();
            }
            case IntrinsicMean mean -> {
                if (found.stream().allMatch(e -> e.outcome() == ExpertRotation.Outcome.UNCHANGED)) {
                    stream.fill(rotation, 0);
                    stream.addDiagonal(1, rotation);
                } else {
                    KarcherMean.mean(
                            stream, stream.workspace().batch(rotations, order), weights, mean.options(), rotation);
                }
            }
        }
        stream.gemm(Arithmetic.F64, 1, view(base), rotation, 0, view(rotated), view(rotated));
        return new OrthoMerge.Result(correction, isCancelled, found);
    }
}
