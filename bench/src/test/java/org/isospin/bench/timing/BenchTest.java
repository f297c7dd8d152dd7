package org.isospin.bench.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.bench.peer.Peer;
import org.isospin.bench.problem.Operation;
import org.isospin.bench.problem.Problem;
import org.isospin.bench.problem.Task;
import org.junit.jupiter.api.Test;

/** A run with contestants that are right, wrong, slow or failing. */
class BenchTest {
    /** EJML under another name, with a change to its results. */
    private record Fake(String name, boolean isPeer, boolean isNamed, double slowestRate, Consumer<Matrix> change)
            implements Contestant {
        @Override
        public boolean takes(DType dtype) {
            return dtype == DType.F64;
        }

        @Override
        public boolean isSpinning() {
            return false;
        }

        @Override
        public Task task(Operation operation, Problem problem, Arena arena) {
            Task right = Peer.EJML.task(operation, problem, 1, arena);
            return Task.fresh(() -> {
                right.run();
                right.results().forEach(change);
                return right.results();
            });
        }

        @Override
        public void close() {}
    }

    private static Fake right(String name, boolean isPeer) {
        return new Fake(name, isPeer, false, 1e9, m -> {});
    }

    private static Plan plan(int... sizes) {
        List<Integer> orders = java.util.Arrays.stream(sizes).boxed().toList();
        return new Plan(List.of(Operation.GEMM), orders, List.of(DType.F64), 1, 1, 1, 0.01);
    }

    private static Bench run(Plan plan, Contestant... contestants) {
        Bench bench = new Bench(plan, List.of(contestants), Map.of(DType.F64, 1e12), new Listener() {
            @Override
            public void begins(Plan.Step step, int number, int of) {}

            @Override
            public void ends(Operation operation, List<Row> rows, List<Skip> skips) {}
        });
        bench.run();
        return bench;
    }

    @Test
    void wrongResultIsMarkedAndNotTimed() {
        Fake wrong = new Fake("wrong", false, false, 1e9, m -> m.set(0, 0, m.get(0, 0) + 1e-3));
        List<Row> rows = run(plan(8), right("right", false), wrong).rows();
        assertThat(rows).extracting(Row::contestant).containsExactly("right", "wrong");
        assertThat(rows).extracting(Row::isVerified).containsExactly(true, false);
        assertThat(rows.getLast().timing()).isNull();
        assertThat(rows.getLast().trouble()).contains("C·x against A·(B·x)");
        assertThat(Verdicts.of(rows).getFirst()).contains("FAILED 1 of 2");
    }

    @Test
    void resultThatBecomesWrongWhileItIsTimedIsMarked() {
        int[] calls = {0};
        Fake later = new Fake("later", false, false, 1e9, m -> {
            if (calls[0]++ > 0) {
                m.set(1, 1, Double.NaN);
            }
        });
        Row row = run(plan(8), later).rows().getFirst();
        assertThat(row.isVerified()).isFalse();
        assertThat(row.error()).isNaN();
    }

    @Test
    void failureIsARow() {
        Fake failing = new Fake("failing", false, false, 1e9, m -> {
            throw new ArithmeticException("no inverse");
        });
        Row row = run(plan(8), failing).rows().getFirst();
        assertThat(row.isVerified()).isFalse();
        assertThat(row.trouble()).isEqualTo("ArithmeticException: no inverse");
    }

    @Test
    void slowContestantIsLeftOutUnlessNamed() {
        Fake slow = new Fake("slow", false, false, 1, m -> {});
        Fake named = new Fake("named", false, true, 1, m -> {});
        Bench bench = run(plan(8), slow, named);
        assertThat(bench.rows()).extracting(Row::contestant).containsExactly("named");
        assertThat(bench.skips()).extracting(Skip::contestant).containsExactly("slow");
        assertThat(TextReport.skipLines(bench.skips()))
                .containsExactly("left out: slow is too slow for its share of the time: f64 n=8 (about 1024 s a call)");
    }

    @Test
    void peerOfSimilarSpeedStaysWithTheSubject() {
        // A call of 8 takes 1024 flops; a share of 1 s allows 0.2 s a call, twice that to Isospin's fastest.
        Fake subject = new Fake("subject", false, false, 1024 / 0.3, m -> {});
        Fake similar = new Fake("similar", true, false, 1024 / 0.6, m -> {});
        Fake slower = new Fake("slower", true, false, 1024 / 1.2, m -> {});
        assertThat(run(plan(8), subject, similar, slower).rows())
                .extracting(Row::contestant)
                .containsExactly("subject", "similar");
    }

    @Test
    void typeThatAContestantLacksIsLeftOut() {
        Plan plan = new Plan(List.of(Operation.GEMM), List.of(4), List.of(DType.BF16), 1, 1, 1, 0.01);
        Bench bench = run(plan, right("right", true));
        assertThat(bench.rows()).isEmpty();
        assertThat(TextReport.skipLines(bench.skips())).containsExactly("left out: right has no such type: bf16 n=4");
    }

    @Test
    void comparesWithTheFastestPeerElseWithTheReference() {
        List<Row> peers =
                run(plan(8), right("reference", false), right("p", true)).rows();
        assertThat(peers).extracting(Row::baseline).containsOnly("p");
        assertThat(peers.getLast().ratio()).isEqualTo(1);
        List<Row> alone =
                run(plan(8), right("simd", false), right("reference", false)).rows();
        assertThat(alone).extracting(Row::baseline).containsOnly("reference");
        assertThat(run(plan(8), right("simd", false)).rows().getFirst().baseline())
                .isNull();
    }

    @Test
    void tellsTheStepsInOrder() {
        List<String> heard = new ArrayList<>();
        new Bench(plan(2, 4), List.of(right("r", false)), Map.of(), new Listener() {
                    @Override
                    public void begins(Plan.Step step, int number, int of) {
                        heard.add(step.n() + " " + number + "/" + of);
                    }

                    @Override
                    public void ends(Operation operation, List<Row> rows, List<Skip> skips) {
                        heard.add(operation.title() + " " + rows.size());
                    }
                })
                .run();
        assertThat(heard).containsExactly("2 1/2", "4 2/2", "gemm 2");
    }
}
