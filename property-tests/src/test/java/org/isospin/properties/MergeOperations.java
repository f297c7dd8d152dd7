package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.Domain.TALL;
import static org.isospin.properties.Operation.NonFinite.IS_REJECTED;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import java.util.Map;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.merge.Dare;
import org.isospin.merge.DeltaMerge;
import org.isospin.merge.EuclideanMerge;
import org.isospin.merge.ExpertRotation;
import org.isospin.merge.Interpolation;
import org.isospin.merge.OrthoMerge;
import org.isospin.merge.OrthoMergeOptions;
import org.isospin.merge.TaskArithmetic;
import org.isospin.merge.Ties;
import org.isospin.merge.TsvM;
import org.isospin.properties.Operation.Body;
import org.isospin.properties.Operation.Problem;

/** Merges of weights; merges of adapters, which are batches, have a test of their own. */
final class MergeOperations {
    /** A fit, which may be one to a reflection and then has to be done again; orders here are below 2⁷. */
    private static final int EXPERT = 2 * 67 + 7;

    /** How often each waits, at most, for the experts of its problem. */
    static final Map<String, Integer> WAITS = Map.of(
            "OrthoMerge.decouple", 2 * EXPERT + 5,
            "OrthoMerge.merge", EXPERT + 5,
            "EuclideanMerge.mean", 0,
            "EuclideanMerge.merge sum", 0,
            "EuclideanMerge.merge dare", 0,
            "EuclideanMerge.merge ties", 2 * 65,
            "EuclideanMerge.merge tsv-m", 6,
            "EuclideanMerge.changes", 0,
            "Interpolation.linear", 0);

    private static final double CONDITION = 3;

    private MergeOperations() {}

    /** {@return every operation} */
    static List<Operation> all() {
        return List.of(
                new Operation(
                        "OrthoMerge.decouple",
                        TALL,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        MergeOperations::rotatedCopies,
                        MergeOperations::decouple),
                new Operation(
                        "OrthoMerge.merge",
                        ANY,
                        IS_REJECTED,
                        TO_OUTPUTS,
                        (m, n, seed) -> sum(m, n, seed, 0, 1),
                        (iso, in, out) -> numbers(OrthoMerge.merge(
                                iso,
                                in[0],
                                List.of(in[1]),
                                new double[] {1},
                                OrthoMergeOptions.DEFAULT,
                                new TaskArithmetic(1),
                                out[0]))),
                new Operation(
                        "EuclideanMerge.mean",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        (m, n, seed) -> sum(m, n, seed, 0.25, 0.75),
                        Body.of((iso, in, out) -> EuclideanMerge.mean(iso, List.of(in), new double[] {1, 3}, out[0]))),
                merge("EuclideanMerge.merge sum", PROPAGATES, new TaskArithmetic(0.75), 0.25, 0.75),
                merge("EuclideanMerge.merge dare", PROPAGATES, new Dare(0, 1, 0.75), 0.25, 0.75),
                // One model alone keeps what it has.
                merge("EuclideanMerge.merge ties", IS_REJECTED, new Ties(1, 0.75), 0.25, 0.75),
                merge("EuclideanMerge.merge tsv-m", IS_REJECTED, new TsvM(0.75), 0.25, 0.75),
                new Operation(
                        "EuclideanMerge.changes",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        (m, n, seed) -> sum(m, n, seed, 0.5, 1.5),
                        Body.of((iso, in, out) -> EuclideanMerge.changes(
                                iso, List.of(in), new double[] {1, 3}, new TaskArithmetic(0.5), out[0]))),
                new Operation(
                        "Interpolation.linear",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        (m, n, seed) -> sum(m, n, seed, 0.75, 0.25),
                        Body.of((iso, in, out) -> Interpolation.linear(iso, in[0], in[1], 0.25, out[0]))));
    }

    private static Operation merge(
            String name, Operation.NonFinite nonFinite, DeltaMerge method, double ofBase, double ofModel) {
        return new Operation(
                name,
                ANY,
                nonFinite,
                TO_OUTPUTS,
                (m, n, seed) -> sum(m, n, seed, ofBase, ofModel),
                Body.of((iso, in, out) ->
                        EuclideanMerge.merge(iso, in[0], List.of(in[1]), new double[] {1}, method, out[0])));
    }

    private static double[] decouple(Isospin iso, Matrix[] in, Matrix[] out) {
        return numbers(OrthoMerge.decouple(
                iso,
                in[0],
                List.of(in[1], in[2]),
                new double[] {1, 3},
                OrthoMergeOptions.DEFAULT,
                out[0],
                out[1],
                List.of(out[2], out[3])));
    }

    private static double[] numbers(OrthoMerge.Result result) {
        ExpertRotation last = result.experts().getLast();
        return new double[] {
            result.correction(), last.angle(), last.condition(), last.rank(), last.change(), last.residual()
        };
    }

    /** αA + βB of two matrices. */
    private static Problem sum(int m, int n, long seed, double alpha, double beta) {
        Dense a = Generators.gaussian(m, n, seed);
        Dense b = Generators.gaussian(m, n, seed + 1);
        Dense expected = Dense.zero(m, n).plus(alpha, a).plus(beta, b);
        double size = Math.max(Double.MIN_NORMAL, a.frobenius() + b.frobenius());
        return new Problem(
                List.of(a, b),
                List.of(expected),
                o -> o.matrices().getFirst().plus(-1, expected).frobenius() / size,
                16);
    }

    /** A base and two copies of it, turned by one rotation: that is their mean, and nothing is left. */
    private static Problem rotatedCopies(int m, int n, long seed) {
        Dense base = Generators.conditioned(m, n, CONDITION, seed);
        Dense r = Generators.planes(n, 0.5, Math::cos, Math::sin);
        Dense turned = base.times(r);
        Dense none = Dense.zero(m, n);
        double root = Math.sqrt(Math.max(1, n));
        // The rotation is determined to the condition's square of its cross matrix.
        return new Problem(
                List.of(base, turned, turned),
                List.of(r, turned, none, none),
                o -> (o.matrices().get(0).plus(-1, r).frobenius()
                                + o.matrices().get(1).plus(-1, turned).frobenius()
                                + o.matrices().get(2).frobenius()
                                + o.matrices().get(3).frobenius())
                        / root,
                16 * CONDITION * CONDITION);
    }
}
