package org.isospin.bench.accuracy;

import java.util.List;
import java.util.SplittableRandom;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.bench.peer.Method;
import org.isospin.bench.problem.RandomRotation;
import org.isospin.polar.Group;
import org.isospin.properties.Generators;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.RotationLog;

/** A kernel whose accuracy is measured, the operands that it is measured on, and how near to the best peer it must come. */
enum Kernel {
    /** exp of a skew matrix. */
    EXP("exp", "exp(A), A skew", "‖A‖") {
        @Override
        Trial trial(int n, DType dtype, double norm, long seed) {
            SkewMatrix a = skew(n, dtype, norm, seed);
            Matrix dense = a.toDense();
            return Trial.rotation(
                    List.of(dense),
                    (iso, out) -> iso.exp(a, out),
                    Truth.exp(WideMatrix.of(dense), norm * (1 + dtype.unitRoundoff())));
        }

        @Override
        List<Method> methods() {
            return List.of(Method.EXP_TAYLOR, Method.EXP_PADE);
        }

        @Override
        List<Double> parameters() {
            return NORMS;
        }

        @Override
        boolean isEasy(double norm) {
            return norm <= SMALL;
        }
    },
    /** The Cayley transform. */
    CAYLEY("cayley", "(I - A/2)⁻¹(I + A/2), A skew", "‖A‖") {
        @Override
        Trial trial(int n, DType dtype, double norm, long seed) {
            SkewMatrix a = skew(n, dtype, norm, seed);
            Matrix dense = a.toDense();
            return Trial.rotation(
                    List.of(dense),
                    (iso, out) -> iso.cayley(a, CayleyStep.HALF, out),
                    Truth.cayley(WideMatrix.of(dense)));
        }

        @Override
        List<Method> methods() {
            return List.of(Method.CAYLEY_SOLVE, Method.CAYLEY_INVERSE);
        }

        @Override
        List<Double> parameters() {
            return NORMS;
        }

        @Override
        boolean isEasy(double norm) {
            return norm <= SMALL;
        }
    },
    /** The polar factor. */
    POLAR("polar", "the orthogonal polar factor of A, σ from 1 to 1/κ", "κ") {
        @Override
        Trial trial(int n, DType dtype, double condition, long seed) {
            SplittableRandom random = new SplittableRandom(31 * seed + n);
            RandomRotation left = new RandomRotation(n, random);
            RandomRotation right = new RandomRotation(n, random);
            Matrix a = rounded(left.times(spectrum(n, condition), right), dtype);
            return Trial.rotation(List.of(a), (iso, out) -> iso.polar(a, out), Truth.polar(WideMatrix.of(a)));
        }

        @Override
        List<Method> methods() {
            return List.of(Method.POLAR_NEWTON, Method.POLAR_SVD);
        }

        @Override
        List<Double> parameters() {
            return CONDITIONS;
        }
    },
    /** Orthogonal Procrustes. */
    PROCRUSTES("procrustes", "the R in O(n) nearest to AR = B, σ of AᵀB from 1 to 1/κ", "κ") {
        @Override
        Trial trial(int n, DType dtype, double condition, long seed) {
            SplittableRandom random = new SplittableRandom(31 * seed + n);
            RandomRotation common = new RandomRotation(n, random);
            double[] roots = spectrum(n, Math.sqrt(condition));
            Matrix a = rounded(common.times(roots, new RandomRotation(n, random)), dtype);
            Matrix b = rounded(common.times(roots, new RandomRotation(n, random)), dtype);
            WideMatrix cross = WideMatrix.of(a).transposed().times(WideMatrix.of(b));
            return Trial.rotation(
                    List.of(a, b), (iso, out) -> iso.procrustes(a, b, Group.ORTHOGONAL, out), Truth.polar(cross));
        }

        @Override
        List<Method> methods() {
            return List.of(Method.PROCRUSTES_NEWTON, Method.PROCRUSTES_SVD);
        }

        @Override
        List<Double> parameters() {
            return CONDITIONS;
        }
    },
    /** The logarithm of a rotation. */
    LOG("log", "log Q, Q = exp(A) rounded, A skew of largest angle θ", "θ") {
        @Override
        Trial trial(int n, DType dtype, double angle, long seed) {
            SkewMatrix a = skew(n, DType.F64, angle, seed);
            WideMatrix truth = WideMatrix.of(a.toDense());
            Matrix q = Truth.exp(truth, angle).to(Matrix.allocate(dtype, n, n));
            return new Trial(List.of(q), (iso, out) -> log(iso, q, out), truth, truth.frobenius(), false);
        }

        @Override
        List<Method> methods() {
            return List.of();
        }

        @Override
        List<Double> parameters() {
            return ANGLES;
        }

        @Override
        boolean isEasy(double angle) {
            return angle <= SMALL;
        }
    };

    private static final List<Double> ANGLES = List.of(1e-3, 1.0, 3.0, Math.PI - 1e-2);
    private static final List<Double> NORMS = List.of(0.05, 1.0, 10.0, 100.0);
    private static final List<Double> CONDITIONS = List.of(10.0, 1e3, 1e6);
    private static final double SMALL = 1;

    private final String title;
    private final String description;
    private final String parameterName;

    Kernel(String title, String description, String parameterName) {
        this.title = title;
        this.description = description;
        this.parameterName = parameterName;
    }

    /** {@return an operand with the truth about it} */
    abstract Trial trial(int n, DType dtype, double parameter, long seed);

    /** {@return how peers compute it} */
    abstract List<Method> methods();

    /** {@return its name in options and tables} */
    String title() {
        return title;
    }

    /** {@return what is computed} */
    String description() {
        return description;
    }

    /** {@return what distinguishes operands} */
    String parameterName() {
        return parameterName;
    }

    /** {@return its values} */
    abstract List<Double> parameters();

    /** {@return whether the operand amplifies no error, so that Isospin must be better than every peer} */
    boolean isEasy(double parameter) {
        return false;
    }

    /** {@return a Gaussian skew matrix of a 2-norm that is met to the rounding of its elements} */
    private static SkewMatrix skew(int n, DType dtype, double norm, long seed) {
        SplittableRandom random = new SplittableRandom(31 * seed + n);
        SkewMatrix gaussian = SkewMatrix.allocate(DType.F64, n);
        for (int k = 0; k < gaussian.packed().columns(); k++) {
            gaussian.packed().set(0, k, random.nextGaussian());
        }
        double factor = norm / Truth.norm2(gaussian.toDense());
        SkewMatrix out = SkewMatrix.allocate(dtype, n);
        for (int k = 0; k < out.packed().columns(); k++) {
            out.packed().set(0, k, factor * gaussian.packed().get(0, k));
        }
        return out;
    }

    private static void log(Isospin iso, Matrix q, Matrix out) {
        SkewMatrix a = SkewMatrix.allocate(q.dtype(), q.rows());
        RotationLog.log(iso, q, a);
        a.toDense().copyTo(out);
    }

    private static double[] spectrum(int n, double condition) {
        double[] sigma = new double[n];
        for (int j = 0; j < n; j++) {
            sigma[j] = Generators.geometric(n, n, condition, j);
        }
        return sigma;
    }

    private static Matrix rounded(double[][] rows, DType dtype) {
        Matrix out = Matrix.allocate(dtype, rows.length, rows.length);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows.length; j++) {
                out.set(i, j, rows[i][j]);
            }
        }
        return out;
    }
}
