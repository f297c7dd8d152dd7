package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.Domain.SQUARE;
import static org.isospin.properties.Operation.NonFinite.IS_REJECTED;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.polar.InverseRoot;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignDerivative;
import org.isospin.polar.MsignEvaluation;
import org.isospin.polar.MsignNormalization;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.NormBounds;
import org.isospin.polar.OddPolynomial;
import org.isospin.polar.Polar;
import org.isospin.polar.PolarMethod;
import org.isospin.polar.SpectralClip;
import org.isospin.properties.Operation.Body;
import org.isospin.properties.Operation.Problem;

/** msign in its variants, its derivatives, and what is made of it. */
final class MsignOperations {
    private static final MsignSchedule SCHEDULE = Msign.kellerJordan(2);

    /** Converges for singular values from 10⁻³ on, to the roundoff of F64. */
    private static final MsignSchedule CONVERGED = Msign.polarExpress(9, 1e-3);

    /** What two steps of slope 3.4 each make of a few u. */
    private static final double AMPLIFIED = 64;

    /** Lower than 1/κ of the table's problems. */
    private static final double LOWER = 0.25;

    private MsignOperations() {}

    static List<Operation> all() {
        return List.of(
                msign("msign Schatten-8", SCHEDULE.withNormalization(MsignNormalization.SCHATTEN_8)),
                msign("msign beta-4", CONVERGED.withNormalization(MsignNormalization.BETA_4)),
                msign("msign Gram", SCHEDULE.withEvaluation(MsignEvaluation.GRAM)),
                new Operation(
                        "msign skew", SQUARE, PROPAGATES, TO_OUTPUTS, MsignOperations::skew, Body.of((iso, in, out) -> {
                            int hint = out[0].columns();
                            Msign.skew(iso, Operations.skew(in[0], hint), SCHEDULE, Operations.skew(out[0], hint));
                        })),
                new Operation(
                        "msign vjp",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        (m, n, seed) -> derivative(m, n, seed, true),
                        Body.of((iso, in, out) -> MsignDerivative.vjp(iso, in[0], SCHEDULE, in[1], out[0]))),
                new Operation(
                        "msign jvp",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        (m, n, seed) -> derivative(m, n, seed, false),
                        Body.of((iso, in, out) -> MsignDerivative.jvp(iso, in[0], SCHEDULE, in[1], out[0]))),
                new Operation(
                        "mclip",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        compared(s -> Math.min(s, 1)),
                        Body.of((iso, in, out) -> SpectralClip.mclip(iso, in[0], CONVERGED, out[0]))),
                new Operation(
                        "mstep",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        compared(s -> s > 1 ? 1 : 0),
                        Body.of((iso, in, out) -> SpectralClip.mstep(iso, in[0], CONVERGED, out[0]))),
                new Operation(
                        "inverseRoot",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        MsignOperations::inverseRoot,
                        Body.of((iso, in, out) -> InverseRoot.right(iso, in[0], in[1], CONVERGED, out[0]))),
                new Operation(
                        "normBounds", ANY, PROPAGATES, TO_OUTPUTS, MsignOperations::bounds, MsignOperations::bounds),
                polar("polar Halley", PolarMethod.halley()),
                polar("polar Newton", PolarMethod.newton()),
                polar("polar Express", PolarMethod.polarExpress(LOWER)));
    }

    private static Operation msign(String name, MsignSchedule schedule) {
        return new Operation(
                name,
                ANY,
                PROPAGATES,
                TO_OUTPUTS,
                (m, n, seed) -> {
                    double norm = norm(schedule.normalization(), m, n);
                    Dense expected = Generators.withSpectrum(
                            m, n, j -> Msign.scalar(schedule, KnownProblems.sigma(m, n, j) / norm), seed);
                    return problem(List.of(input(m, n, seed)), expected, AMPLIFIED);
                },
                Body.of((iso, in, out) -> iso.msign(in[0], out[0], schedule)));
    }

    /** β₄ is not needed: its schedule has converged for any bound. */
    private static double norm(MsignNormalization normalization, int m, int n) {
        int power = normalization == MsignNormalization.FROBENIUS ? 2 : 8;
        double sum = 0;
        for (int j = 0; j < Math.min(m, n); j++) {
            sum += Math.pow(KnownProblems.sigma(m, n, j), power);
        }
        return Math.pow(sum, 1.0 / power);
    }

    private static Dense input(int m, int n, long seed) {
        return Generators.withSpectrum(m, n, j -> KnownProblems.sigma(m, n, j), seed);
    }

    private static Problem problem(List<Dense> inputs, Dense expected, double allowance) {
        return new Problem(inputs, List.of(expected), KnownProblems.distance(expected), allowance);
    }

    private static Problem skew(int m, int n, long seed) {
        Dense a = KnownProblems.turned(n, t -> 0, t -> t, seed);
        double norm = Math.max(Double.MIN_NORMAL, a.frobenius());
        Dense expected =
                KnownProblems.packed(KnownProblems.turned(n, t -> 0, t -> Msign.scalar(SCHEDULE, t / norm), seed));
        return new Problem(
                List.of(KnownProblems.packed(a)), List.of(expected), KnownProblems.distance(expected, n), AMPLIFIED);
    }

    /** Direction and cotangent have A's singular vectors: the derivative is that of the singular values. */
    private static Problem derivative(int m, int n, long seed, boolean isAdjoint) {
        int p = Math.min(m, n);
        double norm = norm(MsignNormalization.FROBENIUS, m, n);
        double[] x = new double[p];
        double[] slope = new double[p];
        double forward = 0;
        double backward = 0;
        for (int j = 0; j < p; j++) {
            x[j] = KnownProblems.sigma(m, n, j) / norm;
            slope[j] = slope(x[j]);
            forward += x[j] * given(j);
            backward += x[j] * slope[j] * given(j);
        }
        double inX = forward;
        double inY = backward;
        Dense expected = Generators.withSpectrum(
                m,
                n,
                j -> (isAdjoint ? slope[j] * given(j) - x[j] * inY : slope[j] * (given(j) - x[j] * inX)) / norm,
                seed);
        Dense direction = Generators.withSpectrum(m, n, MsignOperations::given, seed);
        return problem(List.of(input(m, n, seed), direction), expected, AMPLIFIED * AMPLIFIED);
    }

    private static double given(int j) {
        return Math.cos(j);
    }

    /** f′(x) of the schedule. */
    private static double slope(double x) {
        double y = x;
        double slope = 1;
        for (OddPolynomial p : SCHEDULE.steps()) {
            slope *= p.a() + 3 * p.b() * y * y + 5 * p.c() * y * y * y * y;
            y = p.apply(y);
        }
        return slope;
    }

    /** Singular values from 2 to 2/3, none of them within a hundredth of 1, where a step has no accuracy. */
    private static Operation.Problems compared(DoubleUnaryOperator f) {
        return (m, n, seed) -> {
            Dense a = Generators.withSpectrum(m, n, j -> away(2 * KnownProblems.sigma(m, n, j)), seed);
            Dense expected =
                    Generators.withSpectrum(m, n, j -> f.applyAsDouble(away(2 * KnownProblems.sigma(m, n, j))), seed);
            // Signs of A − msign(A) and AᵀA − I: errors of a hundredfold of A's.
            return problem(List.of(a), expected, 1000);
        };
    }

    private static double away(double sigma) {
        return Math.abs(sigma - 1) < 0.01 ? 1.01 : sigma;
    }

    private static Problem inverseRoot(int m, int n, long seed) {
        Dense basis = Generators.orthonormal(n, n, seed);
        Dense values = Dense.zero(n, n);
        Dense inverse = Dense.zero(n, n);
        for (int j = 0; j < n; j++) {
            values.set(j, j, KnownProblems.sigma(n, n, j));
            inverse.set(j, j, 1 / Math.sqrt(KnownProblems.sigma(n, n, j)));
        }
        Dense p = basis.times(values).times(basis.transposed());
        Dense b = Generators.gaussian(m, n, seed + 3);
        Dense expected = b.times(basis.times(inverse).times(basis.transposed()));
        double size = Math.max(1, expected.frobenius());
        return new Problem(
                List.of(b, p),
                List.of(expected),
                o -> o.matrices().getFirst().plus(-1, expected).frobenius() / size,
                // Nine steps of a few u, by which P's small eigenvalues drift.
                2 * AMPLIFIED);
    }

    private static Problem bounds(int m, int n, long seed) {
        double norm = norm(MsignNormalization.FROBENIUS, m, n);
        return new Problem(
                List.of(input(m, n, seed)),
                List.of(),
                o -> Math.abs(o.numbers().getFirst() - norm) / Math.max(1, norm)
                        + (o.numbers().stream().anyMatch(b -> b < (Math.min(m, n) == 0 ? 0 : 0.99)) ? 1 : 0),
                // The margin for rounding, of F64.
                2 + Math.min(m, n) * (m + n));
    }

    private static double[] bounds(Isospin iso, Matrix[] in, Matrix[] out) {
        NormBounds b = NormBounds.of(iso, in[0]);
        return new double[] {
            b.frobenius(), b.holder(), b.gramInfinity(), b.schatten4(), b.schatten8(), b.beta2(), b.beta4()
        };
    }

    private static Operation polar(String name, PolarMethod method) {
        return new Operation(name, ANY, IS_REJECTED, TO_OUTPUTS, KnownProblems.mapped(s -> 1, 16), (iso, in, out) -> {
            Polar.Result result = Polar.polar(iso, in[0], method, out[0]);
            return new double[] {
                result.iterations(), result.residual(), result.converged() ? 1 : 0, result.conditionEstimate()
            };
        });
    }
}
