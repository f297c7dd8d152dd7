package org.isospin.merge;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewBatch;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.rotation.CayleyStep;

/**
 * How far the layers of an orthogonal adapter are rewound towards the base, layer by layer: a factor for the generator of each, as the
 * α of {@link Interpolation#adapter} along the Cayley path. The rules are those of PEFT-Arena (arXiv 2605.28819).
 *
 * <p>The paper's strength of a layer is not published; here it is {@link #strength}. Factors never exceed 1: no layer is turned
 * further than it was trained to. A layer that does not turn at all, of strength 0, has the factor 1.
 */
public sealed interface Rewinding {
    /**
     * One factor for all layers; PEFT-Arena has 0.4.
     *
     * @param factor in [0, 1]
     */
    record Uniform(double factor) implements Rewinding {
        /**
         * Makes a rule.
         *
         * @throws IllegalArgumentException if the factor is not in [0, 1]
         */
        public Uniform {
            if (!(factor >= 0 && factor <= 1)) {
                throw new IllegalArgumentException("rewinding: a factor must be in [0, 1], not " + factor);
            }
        }
    }

    /**
     * Layers stronger than the mean of the first few are rewound to it; PEFT-Arena, which calls it safe, has the first five.
     *
     * @param layers how many, 1 or more; all, if there are no more
     */
    record ToFirst(int layers) implements Rewinding {
        /**
         * Makes a rule.
         *
         * @throws IllegalArgumentException if there are none
         */
        public ToFirst {
            if (layers < 1) {
                throw new IllegalArgumentException("rewinding: the first layers must be 1 or more, not " + layers);
            }
        }
    }

    /** All layers are rewound to the weakest that turns at all. */
    record ToWeakest() implements Rewinding {}

    /**
     * {@return the factor of each layer}
     *
     * @param strengths of the layers, from the first to the last
     * @throws IllegalArgumentException if a strength is negative or not finite
     */
    default double[] factors(double... strengths) {
        for (double s : strengths) {
            if (!(s >= 0 && s < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("rewinding: a strength must be finite and not negative, not " + s);
            }
        }
        return switch (this) {
            case Uniform rule -> {
                double[] factors = new double[strengths.length];
                Arrays.fill(factors, rule.factor);
                yield factors;
            }
            case ToFirst rule ->
                to(Arrays.stream(strengths).limit(rule.layers).average().orElse(0), strengths);
            case ToWeakest rule ->
                to(Arrays.stream(strengths).filter(s -> s > 0).min().orElse(0), strengths);
        };
    }

    private static double[] to(double goal, double[] strengths) {
        return Arrays.stream(strengths).map(s -> s > goal ? goal / s : 1).toArray();
    }

    /**
     * {@return how strongly a layer turns: √(Σ‖cXᵢ‖²_F/Σb), the root mean square over all dimensions of tan(θ/2), θ the angle by
     * which a dimension's plane turns; proportional to a factor of the generators. Exact to a few u of F64; NaN and infinities
     * propagate; 0 if there is no block}
     *
     * @param iso where it runs; waits once
     * @param generators the blocks of the layer's adapter
     * @param step the c that its transform has
     */
    static double strength(Isospin iso, SkewBatch generators, CayleyStep step) {
        long dimensions = (long) generators.count() * generators.order();
        double norm = iso.compute(
                stream -> {
                    Matrix packed = generators.packed();
                    stream.workspace().mark();
                    try {
                        Matrix wide = stream.workspace().matrix(DType.F64, packed.rows(), packed.columns());
                        Scalar size = stream.scalar();
                        stream.copy(packed, wide);
                        stream.reduce(Reduction.FROBENIUS, wide, size);
                        return stream.read(size);
                    } finally {
                        stream.workspace().release();
                    }
                },
                generators);
        // Every element stands twice in its matrix.
        return dimensions == 0 ? 0 : Math.abs(step.factor()) * norm * Math.sqrt(2.0 / dimensions);
    }
}
