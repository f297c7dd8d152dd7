package org.isospin.optim;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;
import org.jspecify.annotations.Nullable;

/** What is looked at where a parameter is registered together with its weight. */
final class InitialWeight {
    private InitialWeight() {}

    /**
     * {@return the name of the first block that is exactly zero, or null if there is none}
     *
     * @param iso computes; waits once for each block
     * @param spec the parameter
     * @param weight its weight
     * @throws IllegalArgumentException if type or shape are not those of the parameter, or an element is not finite
     */
    static @Nullable String zeroBlock(Isospin iso, ParameterSpec spec, Matrix weight) {
        Operands.requireShape(spec.name(), "weight", weight, spec.rows(), spec.columns());
        if (weight.dtype() != spec.dtype()) {
            throw new IllegalArgumentException(spec.name() + ": weight must be " + spec.dtype() + ", not " + weight);
        }
        Matrix w = spec.orientation().outIn(weight);
        String zero = null;
        for (BlockSplit.Block block : spec.split().blocks(spec.outputs())) {
            double largest = largest(iso, block, w);
            if (!Double.isFinite(largest)) {
                throw new IllegalArgumentException(spec.name() + ": the weight has an element that is not finite");
            }
            if (zero == null && largest == 0) {
                zero = block.name();
            }
        }
        return zero;
    }

    private static double largest(Isospin iso, BlockSplit.Block block, Matrix w) {
        double largest = 0;
        for (BlockSplit.Range range : block.ranges()) {
            // Math.max keeps a NaN.
            largest = Math.max(largest, iso.compute(stream -> largest(stream, range, w), w));
        }
        return largest;
    }

    private static double largest(ComputeStream stream, BlockSplit.Range range, Matrix w) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Scalar size = stream.scalar();
            Matrix part = ws.view(w, range.first(), 0, range.count(), w.columns());
            stream.reduce(Reduction.MAX_ABS, part, size);
            return stream.read(size);
        } finally {
            ws.release();
        }
    }
}
