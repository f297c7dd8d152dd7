package org.isospin.merge;

import java.util.List;
import java.util.stream.Collectors;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewBatch;
import org.isospin.backend.Operands;

/**
 * OrthoMerge of orthogonal adapters (OFT), in the Lie algebra: their parameters are skew generators already, Q* is their
 * {@link GeneratorMean}, and R* = (I + Q*)(I − Q*)⁻¹ the merged rotation (Yang, Shi and Liu 2026). No transform is taken, so the
 * result does not depend on the sign convention of the adapter that it is written back to.
 *
 * <p>Norms are taken over all blocks of a layer together: the correction is one number a layer. With weights it is
 * Orbit's mean, (Σ wᵢ‖vᵢ‖)·Σ wᵢvᵢ/‖Σ wᵢvᵢ‖ with Σ wᵢ = 1. Adapters that cancel give zero generators, the identity.
 *
 * <p>Arithmetic is F64 whatever the types, rounded once: Q* is known to a few u of F64 times the correction. Generators may be of
 * any magnitude; powers of two change no bit. NaN and infinities are rejected.
 */
public final class AdapterMerge {
    private AdapterMerge() {}

    /**
     * out ← the merged generators; waits twice.
     *
     * @param iso where it runs
     * @param experts the generators of one layer of each adapter: as many blocks of the same order
     * @param weights one of each, 0 or more, not all 0; their sum counts as 1
     * @param options how
     * @param out as many blocks of their order; may overlap them
     * @return the magnitude and by how much the sum was lengthened
     * @throws IllegalArgumentException if shapes or weights do not fit, out is read-only, or a generator is not finite
     */
    public static GeneratorMean.Result merge(
            Isospin iso, List<SkewBatch> experts, double[] weights, GeneratorMean options, SkewBatch out) {
        Experts.requireWeights("adapterMerge", weights, experts.size());
        for (SkewBatch expert : experts) {
            if (expert.order() != out.order() || expert.count() != out.count()) {
                throw new IllegalArgumentException("adapterMerge: " + expert + " and " + out + " differ in shape");
            }
        }
        Matrix packed = out.packed();
        Operands.requireOutput("adapterMerge", "out", packed, packed.rows(), packed.columns());
        List<Matrix> generators = experts.stream().map(SkewBatch::packed).collect(Collectors.toUnmodifiableList());
        return iso.compute(
                stream -> GeneratorSum.mean(stream, "adapterMerge", generators, weights, options, packed),
                Experts.operands(generators, packed));
    }
}
