package org.isospin.measure;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.PairPotential;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * The hyperspherical energy of neurons, the rows wᵢ of W: how far their directions are from being spread evenly over the sphere
 * (Liu et al. 2018, "Learning towards Minimum Hyperspherical Energy").
 *
 * <p>E = Σ_{i≠j} x(ŵᵢ, ŵⱼ)⁻ˢ, or Σ_{i≠j} ln(1/x) for s = 0, with ŵ = w/‖w‖ and x the distance ‖ŵᵢ − ŵⱼ‖ or the angle; {@link
 * EnergyOptions} has the forms. MHE's code takes ln(1/x²) for s = 0, twice as much, and angles in parts of π: πˢ times as much, or
 * ln π more.
 *
 * <p>Rotations of the input, W·Q, and positive factors of rows leave it as it is; P·W does not. {@link #uniform} says what
 * independent uniform directions have on average, such as the rows of a Gaussian matrix.
 *
 * <p>Everything is computed in F64, whatever W's type. The cosine of a pair is known to about √d·u: distances x contribute to a
 * relative s·√d·u/x², u = 2⁻⁵³; angles near π are known to √u. A zero row counts as at right angles to all others. Rows may be of
 * any length; beside a row 2⁴⁸⁰ times as long one is not told from zero. NaN and infinities propagate, all to NaN.
 *
 * <p>The work is n²d and the memory n·d and a block of 256 × 256: nothing of n² elements is stored.
 */
public final class HypersphericalEnergy {
    private HypersphericalEnergy() {}

    /**
     * {@return the energy; 0 if there is no pair}
     *
     * @param iso where it runs; waits once
     * @param w W, n × d, of any type: a neuron in each row
     * @param options which energy
     */
    public static double energy(Isospin iso, Matrix w, EnergyOptions options) {
        return iso.compute(stream -> energy(stream, w, options), w);
    }

    static double energy(ComputeStream stream, Matrix w, EnergyOptions options) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            UnitNeurons neurons = new UnitNeurons(stream, w, options.normEpsilon());
            int size = Math.min(w.rows(), UnitNeurons.BLOCK);
            Matrix ones = ws.matrix(DType.F64, size, size);
            PairPotential pairs = options.pairs();
            Scalar sum = stream.scalar();
            Scalar part = stream.scalar();
            stream.fill(ones, 1);
            neurons.forEachPair(m -> stream.pairPotential(pairs, m, m), (m, i, j) -> {
                stream.dot(m, ws.view(ones, 0, 0, m.rows(), m.columns()), part);
                stream.scalarOp(ScalarOp.ADD, sum, part, sum);
            });
            stream.set(part, options.multiplicity());
            stream.scalarOp(ScalarOp.MULTIPLY, sum, part, sum);
            if (options.space() == EnergyOptions.Space.HALF) {
                addOpposites(stream, neurons, options, sum);
            }
            addNaN(stream, neurons, sum);
            return stream.read(sum) * options.factor(w.rows());
        } finally {
            ws.release();
        }
    }

    /** Every neuron and its opposite are a pair too. */
    private static void addOpposites(ComputeStream stream, UnitNeurons neurons, EnergyOptions options, Scalar sum) {
        Workspace ws = stream.workspace();
        int n = neurons.units().rows();
        Matrix values = ws.matrix(DType.F64, n, 1);
        Matrix ones = ws.matrix(DType.F64, n, 1);
        Scalar part = stream.scalar();
        stream.fill(ones, 1);
        if (options.normEpsilon() > 0) {
            neurons.oppositeCosines(values);
            stream.pairPotential(options.points(), values, values);
        } else {
            // Exactly: rounding a cosine of −1 would move an angle by √u.
            stream.fill(values, options.points().value(-1));
        }
        stream.dot(values, ones, part);
        stream.scalarOp(ScalarOp.ADD, sum, part, sum);
    }

    /** A single neuron has no pair that could tell that it is NaN. */
    private static void addNaN(ComputeStream stream, UnitNeurons neurons, Scalar sum) {
        Matrix zeros = stream.workspace().matrix(DType.F64, neurons.units().rows(), 1);
        Scalar part = stream.scalar();
        stream.fill(zeros, 0);
        stream.dot(neurons.inverseNorms(), zeros, part);
        stream.scalarOp(ScalarOp.ADD, sum, part, sum);
    }

    /**
     * {@return the mean energy of neurons with independent uniform directions, to about 10⁻¹³ of its largest term; infinite if
     * directions that fall together make it so, s ≥ d − 1}
     *
     * <p>The floor and the epsilon of norms are taken to be 0: they matter only where directions or lengths are degenerate. For the
     * Euclidean mean in full space it is 4^(−s/2)·Γ(b − s/2)Γ(2b)/(Γ(2b − s/2)Γ(b)) with b = (d − 1)/2, for any n ≥ 2.
     *
     * @param neurons n, 0 or more
     * @param dimension d, 1 or more
     * @param options which energy
     */
    public static double uniform(int neurons, int dimension, EnergyOptions options) {
        if (neurons < 0 || dimension < 1) {
            throw new IllegalArgumentException(
                    "hypersphericalEnergy: there must be 0 neurons or more, of 1 dimension or" + " more, not " + neurons
                            + " and " + dimension);
        }
        EnergyOptions exact = options.withGuards(0, 0, options.angleOffset());
        double sum = 0;
        if (neurons > 1) {
            double pairs = 0.5 * neurons * (neurons - 1.0) * exact.multiplicity();
            sum = pairs * UniformDirections.mean(dimension, exact);
        }
        if (exact.space() == EnergyOptions.Space.HALF) {
            sum += neurons * exact.points().value(-1);
        }
        return neurons == 0 ? 0 : sum * exact.factor(neurons);
    }
}
