package org.isospin.measure;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.PairPotential;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/**
 * The derivative of {@link HypersphericalEnergy} for W: what a regulariser adds to a gradient.
 *
 * <p>With f′(cᵢⱼ) the slopes of the potential and S their symmetric table, which is 0 on the diagonal, row i of the gradient is
 * (pᵢ − ⟨pᵢ, ûᵢ⟩ûᵢ)/√(‖wᵢ‖² + ε) with P = 2S·Û (times the mean's factor). Every row is orthogonal to its neuron if ε = 0.
 *
 * <p>Everything is computed in F64, whatever the types, and rounded once. Pairs at the floor and below pull at nothing, nor does
 * a neuron at the exact opposite of another in the angular form, where the energy has a cone; nor is a zero row pulled if ε = 0.
 * NaN and infinities propagate. Any magnitude will do as long as the result, which is inverse to W's, is representable. Work is
 * three times the energy's, memory that and n·d. No waits, but for {@link #jvp}.
 */
public final class HypersphericalEnergyDerivative {
    private HypersphericalEnergyDerivative() {}

    /**
     * outGradient ← cotangent·∂E/∂W.
     *
     * @param iso where it runs
     * @param w W, n × d
     * @param options which energy
     * @param cotangent what the energy's own gradient is: a loss's weight
     * @param outGradient n × d; may overlap W's memory
     * @throws IllegalArgumentException if a shape does not fit, or outGradient is read-only
     */
    public static void vjp(Isospin iso, Matrix w, EnergyOptions options, double cotangent, Matrix outGradient) {
        iso.run(stream -> vjp(stream, w, options, cotangent, outGradient), w, outGradient);
    }

    /**
     * {@return the derivative of the energy in a direction, ⟨∂E/∂W, direction⟩}
     *
     * @param iso where it runs; waits once
     * @param w W, n × d
     * @param options which energy
     * @param direction n × d
     * @throws IllegalArgumentException if a shape does not fit
     */
    public static double jvp(Isospin iso, Matrix w, EnergyOptions options, Matrix direction) {
        Operands.requireShape("hypersphericalEnergy", "direction", direction, w.rows(), w.columns());
        return iso.compute(
                stream -> {
                    Workspace ws = stream.workspace();
                    ws.mark();
                    try {
                        Matrix gradient = ws.matrix(DType.F64, w.rows(), w.columns());
                        Scalar slope = stream.scalar();
                        vjp(stream, w, options, 1, gradient);
                        stream.dot(gradient, direction, slope);
                        return stream.read(slope);
                    } finally {
                        ws.release();
                    }
                },
                w,
                direction);
    }

    static void vjp(ComputeStream stream, Matrix w, EnergyOptions options, double cotangent, Matrix outGradient) {
        Operands.requireOutput("hypersphericalEnergy", "outGradient", outGradient, w.rows(), w.columns());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            UnitNeurons neurons = new UnitNeurons(stream, w, options.normEpsilon());
            Matrix units = neurons.units();
            Matrix gradient = ws.matrix(DType.F64, w.rows(), w.columns());
            PairPotential pairs = options.pairs();
            double factor = options.multiplicity();
            stream.fill(gradient, 0);
            neurons.forEachPair(m -> stream.pairSlope(pairs, m, m), (m, i, j) -> {
                add(stream, factor, m, neurons.block(units, j), neurons.block(gradient, i));
                add(stream, factor, m.transposed(), neurons.block(units, i), neurons.block(gradient, j));
            });
            // Without ε a neuron is as far from its opposite as can be, whatever it is.
            if (options.space() == EnergyOptions.Space.HALF && options.normEpsilon() > 0) {
                addOpposites(stream, neurons, options.points(), gradient);
            }
            neurons.pull(gradient, cotangent * options.factor(w.rows()));
            stream.copy(gradient, outGradient);
        } finally {
            ws.release();
        }
    }

    private static void add(ComputeStream stream, double factor, Matrix slopes, Matrix units, Matrix target) {
        stream.gemm(Arithmetic.F64, factor, slopes, units, 1, target, target);
    }

    /** The gradient of f(−‖ûᵢ‖²) is −2f′(−‖ûᵢ‖²)·ûᵢ. */
    private static void addOpposites(ComputeStream stream, UnitNeurons neurons, PairPotential points, Matrix gradient) {
        Workspace ws = stream.workspace();
        Matrix slopes = ws.matrix(DType.F64, gradient.rows(), 1);
        neurons.oppositeCosines(slopes);
        stream.pairSlope(points, slopes, slopes);
        int position = ws.position();
        for (int i = 0; i < gradient.rows(); i += UnitNeurons.BLOCK) {
            ws.rewind(position);
            ws.mark();
            try {
                Matrix rows = neurons.block(neurons.units(), i);
                Matrix pulled = ws.matrix(DType.F64, rows.rows(), rows.columns());
                Matrix part = neurons.block(gradient, i);
                stream.scaleRows(neurons.block(slopes, i), rows, pulled);
                stream.combine(1, part, -2, pulled, 0, part);
            } finally {
                ws.release();
            }
        }
    }
}
