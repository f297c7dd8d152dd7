package org.isospin.properties;

import static java.util.Map.entry;
import static org.isospin.properties.ExpProblems.DEGREE;
import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.Domain.SQUARE;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;
import static org.isospin.properties.Operations.skew;

import java.util.List;
import java.util.Map;
import org.isospin.Matrix;
import org.isospin.properties.Operation.Body;
import org.isospin.properties.Operation.Silent;
import org.isospin.rotation.ExpAction;
import org.isospin.rotation.ExpDerivative;
import org.isospin.rotation.LowRankExp;
import org.isospin.rotation.TruncatedExp;
import org.isospin.rotation.TruncatedExpDerivative;

/** Truncated exponentials and the derivatives of exponentials, for the table of operations. */
final class ExpOperations {
    /** How often each waits, at most. */
    static final Map<String, Integer> WAITS = Map.ofEntries(
            entry("exp jvp", 1),
            entry("exp vjp", 1),
            entry("expAction", 2),
            entry("lowRankExp", 1),
            entry("lowRankExp apply", 1),
            entry("truncatedExp", 0),
            entry("truncatedExp left", 0),
            entry("truncatedExp right", 0),
            entry("truncatedExp both", 0),
            entry("truncatedExp jvp", 0),
            entry("truncatedExp vjp", 0),
            entry("truncatedExp leftJvp", 0),
            entry("truncatedExp leftVjp", 0),
            entry("truncatedExp rightJvp", 0),
            entry("truncatedExp rightVjp", 0),
            entry("truncatedExp bothJvp", 0),
            entry("truncatedExp bothVjp", 0));

    private ExpOperations() {}

    static List<Operation> all() {
        return List.of(
                of(
                        "truncatedExp",
                        SQUARE,
                        ExpProblems::truncated,
                        (iso, in, out) -> TruncatedExp.exp(iso, skew(in[0], out[0].rows()), DEGREE, out[0])),
                of(
                        "truncatedExp left",
                        ANY,
                        ExpProblems::left,
                        (iso, in, out) -> TruncatedExp.left(iso, skew(in[0], in[1].rows()), DEGREE, in[1], out[0])),
                of(
                        "truncatedExp right",
                        ANY,
                        ExpProblems::right,
                        (iso, in, out) -> TruncatedExp.right(iso, skew(in[0], in[1].columns()), DEGREE, in[1], out[0])),
                of("truncatedExp both", ANY, ExpProblems::both, (iso, in, out) -> {
                    Matrix w = in[2];
                    TruncatedExp.both(iso, skew(in[0], w.rows()), skew(in[1], w.columns()), DEGREE, w, out[0]);
                }),
                of(
                        "lowRankExp",
                        SQUARE,
                        ExpProblems::lowRank,
                        (iso, in, out) -> LowRankExp.exp(iso, in[0], in[1], out[0])),
                of(
                        "lowRankExp apply",
                        ANY,
                        ExpProblems::lowRankApply,
                        (iso, in, out) -> LowRankExp.apply(iso, in[0], in[1], in[2], out[0])),
                of(
                        "expAction",
                        ANY,
                        ExpProblems::action,
                        (iso, in, out) -> ExpAction.apply(iso, skew(in[0], in[1].rows()), in[1], out[0])),
                of("exp jvp", SQUARE, ExpProblems::jvp, (iso, in, out) -> {
                    int n = out[0].rows();
                    ExpDerivative.jvp(iso, skew(in[0], n), skew(in[1], n), out[0]);
                }),
                of("exp vjp", SQUARE, ExpProblems::vjp, (iso, in, out) -> {
                    int n = in[1].rows();
                    ExpDerivative.vjp(iso, skew(in[0], n), in[1], skew(out[0], n));
                }),
                of("truncatedExp jvp", SQUARE, ExpProblems::truncatedJvp, (iso, in, out) -> {
                    int n = out[0].rows();
                    TruncatedExpDerivative.jvp(iso, skew(in[0], n), DEGREE, skew(in[1], n), out[0]);
                }),
                of("truncatedExp vjp", SQUARE, ExpProblems::truncatedVjp, (iso, in, out) -> {
                    int n = in[1].rows();
                    TruncatedExpDerivative.vjp(iso, skew(in[0], n), DEGREE, in[1], skew(out[0], n));
                }),
                of("truncatedExp leftJvp", ANY, ExpProblems::leftJvp, (iso, in, out) -> {
                    int m = in[1].rows();
                    TruncatedExpDerivative.leftJvp(iso, skew(in[0], m), DEGREE, in[1], skew(in[2], m), in[3], out[0]);
                }),
                of("truncatedExp rightJvp", ANY, ExpProblems::rightJvp, (iso, in, out) -> {
                    int n = in[1].columns();
                    TruncatedExpDerivative.rightJvp(iso, skew(in[0], n), DEGREE, in[1], skew(in[2], n), in[3], out[0]);
                }),
                of("truncatedExp bothJvp", ANY, ExpProblems::bothJvp, (iso, in, out) -> {
                    Matrix w = in[2];
                    TruncatedExpDerivative.bothJvp(
                            iso,
                            skew(in[0], w.rows()),
                            skew(in[1], w.columns()),
                            DEGREE,
                            w,
                            skew(in[3], w.rows()),
                            skew(in[4], w.columns()),
                            in[5],
                            out[0]);
                }),
                of("truncatedExp leftVjp", ANY, ExpProblems::leftVjp, (iso, in, out) -> {
                    int m = in[1].rows();
                    TruncatedExpDerivative.leftVjp(iso, skew(in[0], m), DEGREE, in[1], in[2], skew(out[0], m), out[1]);
                }),
                of("truncatedExp rightVjp", ANY, ExpProblems::rightVjp, (iso, in, out) -> {
                    int n = in[1].columns();
                    TruncatedExpDerivative.rightVjp(iso, skew(in[0], n), DEGREE, in[1], in[2], skew(out[0], n), out[1]);
                }),
                of("truncatedExp bothVjp", ANY, ExpProblems::bothVjp, (iso, in, out) -> {
                    Matrix w = in[2];
                    TruncatedExpDerivative.bothVjp(
                            iso,
                            skew(in[0], w.rows()),
                            skew(in[1], w.columns()),
                            DEGREE,
                            w,
                            in[3],
                            skew(out[0], w.rows()),
                            skew(out[1], w.columns()),
                            out[2]);
                }));
    }

    private static Operation of(String name, Operation.Domain domain, Operation.Problems problems, Silent call) {
        return new Operation(name, domain, PROPAGATES, TO_OUTPUTS, problems, Body.of(call));
    }
}
