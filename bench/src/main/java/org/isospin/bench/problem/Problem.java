package org.isospin.bench.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.isospin.DType;
import org.isospin.Matrix;

/**
 * One operation on operands of one order and type, which every contestant gets to the last bit, with the checks that its
 * results must pass. Errors are measured on random vectors, in units of u of the results' type: for a Gaussian x,
 * ‖Ex‖/‖x‖ is ‖E‖_F/√n on average.
 */
public abstract class Problem {
    /** Vectors that a result is tried on. */
    private static final int PROBES = 2;

    private final Setting setting;
    private final RandomGenerator random;
    private final List<Wide> probes = new ArrayList<>();

    /**
     * Draws the vectors.
     *
     * @param setting order, type, seed
     */
    protected Problem(Setting setting) {
        this.setting = setting;
        this.random = setting.random();
        for (int i = 0; i < PROBES; i++) {
            probes.add(Wide.gaussian(random, setting.n()));
        }
    }

    /** {@return the operands as dense matrices, for contestants that know no others} */
    public abstract List<Matrix> operands();

    /**
     * {@return the computation by a backend of Isospin}
     *
     * @param session how the backend is called
     */
    public abstract Task isospin(Session session);

    /**
     * {@return the computation for many blocks at once, each with this problem's operand; empty where there is none}
     *
     * @param session how the backend is called
     * @param most how many blocks at most; an operand takes no more than a GiB
     */
    public Optional<Batch> batch(Session session, int most) {
        return Optional.empty();
    }

    /**
     * {@return measured errors of a contestant's results}
     *
     * @param results what {@link Task#results} gave
     */
    public abstract List<Check> check(List<Matrix> results);

    /** {@return the order of the matrices} */
    public int n() {
        return setting.n();
    }

    /** {@return the type of operands and results} */
    public DType dtype() {
        return setting.dtype();
    }

    final RandomGenerator random() {
        return random;
    }

    final List<Wide> probes() {
        return probes;
    }

    /** {@return a new zero matrix of the problem's type} */
    final Matrix matrix(int rows, int columns) {
        return Matrix.allocate(setting.arena(), dtype(), rows, columns);
    }

    /** {@return a new matrix with independent normal elements, rounded to the problem's type} */
    final Matrix gaussian(int rows, int columns, double deviation) {
        Matrix m = matrix(rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                m.set(i, j, deviation * random.nextGaussian());
            }
        }
        return m;
    }

    /** {@return a new matrix with these rows, rounded to the problem's type} */
    final Matrix rounded(double[][] rows) {
        Matrix m = matrix(rows.length, rows.length);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                m.set(i, j, rows[i][j]);
            }
        }
        return m;
    }

    final double u() {
        return dtype().unitRoundoff();
    }

    /**
     * {@return c·√n·u of the type that is computed in, in units of the results' u, and two more for their rounding: what a
     * sum of n rounded terms errs by on average, c times}
     */
    final double tolerance(double c) {
        return 2 + c * Math.sqrt(n()) * setting.unitRoundoff() / u();
    }

    /** {@return c·n·u of the type that is computed in, for results whose bound grows so, and two more for rounding} */
    final double linearTolerance(double c) {
        return 2 + c * n() * setting.unitRoundoff() / u();
    }

    /** {@return the root mean square of an error over the probes, in u} */
    final double overProbes(ToDoubleFunction<Wide> error) {
        double sum = 0;
        for (Wide x : probes) {
            double e = error.applyAsDouble(x) / u();
            sum += e * e;
        }
        return Math.sqrt(sum / PROBES);
    }

    /** {@return ‖QᵀQ − I‖_F/√n in u} */
    final Check orthogonality(String name, double[] q) {
        double error = overProbes(x -> x.times(q).timesTransposed(q).distance(x) / x.norm());
        return new Check(name, error, tolerance(16));
    }
}
