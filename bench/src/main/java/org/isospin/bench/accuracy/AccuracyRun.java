package org.isospin.bench.accuracy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.peer.Method;
import org.isospin.bench.peer.Peer;
import org.jspecify.annotations.Nullable;

/**
 * Measures every kernel on every operand by every backend and peer. The operands depend on seed, order and type alone, and
 * all contestants get them to the last bit.
 */
public final class AccuracyRun {
    private final AccuracyPlan plan;
    private final SequencedMap<String, Isospin> backends;
    private final List<Peer> peers;
    private final Consumer<String> progress;

    /**
     * Prepares a run.
     *
     * @param plan what to measure
     * @param backends contexts by the names of their backends
     * @param peers other libraries
     * @param progress hears what goes on
     */
    public AccuracyRun(
            AccuracyPlan plan, SequencedMap<String, Isospin> backends, List<Peer> peers, Consumer<String> progress) {
        this.plan = plan;
        this.backends = backends;
        this.peers = List.copyOf(peers);
        this.progress = progress;
    }

    /** {@return the results; call it on a thread with 64 MiB of stack if OpenBLAS takes part} */
    public AccuracyReport run() {
        List<Row> rows = new ArrayList<>();
        for (Kernel kernel : Kernel.values()) {
            for (DType dtype : plan.dtypes()) {
                for (int n : plan.sizes()) {
                    for (double parameter : kernel.parameters()) {
                        Operand operand = new Operand(kernel, dtype, n, parameter);
                        progress.accept(operand.toString());
                        measure(operand, rows);
                    }
                }
            }
        }
        return new AccuracyReport(rows);
    }

    private void measure(Operand operand, List<Row> rows) {
        Trial trial = operand.kernel().trial(operand.n(), operand.dtype(), operand.parameter(), plan.seed());
        List<Row> others = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            for (Peer peer : peers) {
                for (Method method : operand.kernel().methods()) {
                    Supplier<Matrix> result = () -> peer.result(method, trial.operands(), plan.threads(), arena);
                    String by = peer.title() + " " + method.title();
                    others.add(row(operand, by, Row.Source.PEER, trial, result, null));
                }
            }
        }
        for (Published.Figure figure : Published.of(operand)) {
            Row.Source source = figure.isEstimate() ? Row.Source.ESTIMATE : Row.Source.PUBLISHED;
            Trial.Errors errors = new Trial.Errors(figure.orthogonality(), figure.forward());
            String by = figure.by() + ", n = " + figure.n();
            others.add(new Row(operand, by, source, errors, null, null));
        }
        Goal goal = Goal.of(
                operand.isEasy(),
                others.stream().filter(Row::isGood).map(Row::errors).toList());
        for (Map.Entry<String, Isospin> backend : backends.entrySet()) {
            Supplier<Matrix> result = () -> trial.isospin(backend.getValue());
            rows.add(row(operand, backend.getKey(), Row.Source.BACKEND, trial, result, goal));
        }
        rows.addAll(others);
    }

    private static Row row(
            Operand operand, String by, Row.Source source, Trial trial, Supplier<Matrix> result, @Nullable Goal goal) {
        try {
            return new Row(operand, by, source, trial.errors(result.get()), null, goal);
        } catch (RuntimeException e) {
            String failure = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
            return new Row(operand, by, source, Trial.Errors.UNKNOWN, failure, goal);
        }
    }
}
