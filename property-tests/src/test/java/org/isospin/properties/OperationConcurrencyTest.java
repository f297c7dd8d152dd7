package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Operation.Outcome;
import org.isospin.properties.Operation.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every public operation promises of threads: results do not depend on how many work on a call, on other callers or on
 * the thread that memory is confined to, and closing memory or the context under a call ends it at worst with an
 * {@link IllegalStateException}.
 */
class OperationConcurrencyTest extends OnEveryBackend {
    private static final long SEED = 5;

    /** Large enough for the simd backend to share every kind of kernel among workers, and not a multiple of anything. */
    private static final int LARGE = 259;

    /** For what has no workers, and for what is done many times. */
    private static final int MIDDLE = 83;

    /** The compute types: the others differ from F32 in their copies alone. */
    static Stream<Subject> computing() {
        return subjects()
                .filter(s -> Operations.isOfContext(s.operation()))
                .filter(s ->
                        s.dtype() == s.dtype().computeType() && !s.backend().equals(Backends.DEFERRED));
    }

    /** One type, where it is not what matters. */
    static Stream<Subject> inOneType() {
        return computing().filter(s -> s.dtype() == DType.F64);
    }

    private static Problem large(Subject subject) {
        int n = subject.backend().equals(Backends.SIMD) ? LARGE : MIDDLE;
        return subject.operation().problems().make(n, n, SEED);
    }

    private static Problem middle(Subject subject) {
        return subject.operation().problems().make(MIDDLE, MIDDLE, SEED);
    }

    private static Outcome onHeap(Subject subject, Problem problem, int threads) {
        return Runs.onHeap(subject.context().withThreads(threads), subject.operation(), problem, subject.dtype());
    }

    @ParameterizedTest
    @MethodSource("computing")
    void givesTheSameBitsOnOneThreadAndOnTwo(Subject subject) {
        Problem problem = large(subject);
        Outcome alone = onHeap(subject, problem, 1);
        assertThat(Runs.isSame(onHeap(subject, problem, 2), alone))
                .as(subject.toString())
                .isTrue();
        // Memory that workers may not touch: computed on the caller.
        try (Arena arena = Arena.ofConfined()) {
            Outcome confined = Runs.run(
                    subject.context().withThreads(2),
                    subject.operation(),
                    Runs.inputs(arena, Layout.OFF_HEAP_STRIDED, problem, subject.dtype()),
                    Runs.outputs(arena, Layout.OFF_HEAP_STRIDED, problem, subject.dtype()));
            assertThat(Runs.isSame(confined, alone)).as("confined: %s", subject).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("computing")
    void givesTheSameBitsInEveryRun(Subject subject) {
        Problem problem = middle(subject);
        Outcome first = onHeap(subject, problem, 2);
        // A context of its own: nothing is remembered that could change a bit.
        try (Isospin other = Backends.open(subject.backend())) {
            for (int run = 0; run < 2; run++) {
                assertThat(Runs.isSame(Runs.onHeap(other, subject.operation(), problem, subject.dtype()), first))
                        .as("%s, run %d", subject, run)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("inOneType")
    void givesTwoCallersTheBitsOfOne(Subject subject) throws Exception {
        Problem problem = large(subject);
        Outcome alone = onHeap(subject, problem, 1);
        CyclicBarrier start = new CyclicBarrier(2);
        Callable<Boolean> call = () -> {
            start.await();
            return Runs.isSame(onHeap(subject, problem, 2), alone);
        };
        FutureTask<Boolean> other = started(call);
        assertThat(call.call()).as("this thread: %s", subject).isTrue();
        assertThat(other.get()).as("the other thread: %s", subject).isTrue();
    }

    private static <T> FutureTask<T> started(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    @ParameterizedTest
    @MethodSource("inOneType")
    void survivesTheEndOfItsMemory(Subject subject) throws Exception {
        Problem problem = large(subject);
        Outcome alone = onHeap(subject, problem, 2);
        for (long microseconds : new long[] {0, 100, 1000, 10_000}) {
            closeDuringCall(subject, problem, 1000 * microseconds);
        }
        assertThat(Runs.isSame(onHeap(subject, problem, 2), alone))
                .as("afterwards: %s", subject)
                .isTrue();
    }

    private static void closeDuringCall(Subject subject, Problem problem, long nanoseconds) throws Exception {
        Arena arena = Arena.ofShared();
        Matrix[] inputs = Runs.matrices(Runs.inputs(arena, Layout.OFF_HEAP, problem, subject.dtype()));
        Matrix[] outputs = Runs.matrices(Runs.outputs(arena, Layout.OFF_HEAP, problem, subject.dtype()));
        CountDownLatch start = new CountDownLatch(1);
        FutureTask<Boolean> closer = started(() -> {
            start.await();
            long end = System.nanoTime() + nanoseconds;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            arena.close();
            return true;
        });
        start.countDown();
        try {
            subject.operation().body().run(subject.context().withThreads(2), inputs, outputs);
        } catch (IllegalStateException e) {
            assertThat(e).as(subject.toString()).hasMessageContaining("closed");
        }
        // The JVM may have interrupted this thread, to tell it that its memory is gone.
        Thread.interrupted();
        assertThat(closer.get()).isTrue();
        if (inputs.length + outputs.length > 0) {
            assertThatThrownBy(() ->
                            subject.operation().body().run(subject.context().withThreads(2), inputs, outputs))
                    .as("closed: %s", subject)
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("inOneType")
    void finishesBeforeItsContextIsClosed(Subject subject) throws Exception {
        Problem problem = middle(subject);
        Outcome alone = onHeap(subject, problem, 2);
        Isospin context = Backends.open(subject.backend());
        CountDownLatch running = new CountDownLatch(1);
        FutureTask<List<Outcome>> caller = started(() -> {
            List<Outcome> outcomes = new ArrayList<>();
            // Ends with the exception of a closed context.
            while (true) {
                running.countDown();
                try {
                    outcomes.add(Runs.onHeap(context.withThreads(2), subject.operation(), problem, subject.dtype()));
                } catch (IllegalStateException e) {
                    assertThat(e).hasMessageContaining("closed");
                    return outcomes;
                }
            }
        });
        running.await();
        context.close();
        assertThatThrownBy(() -> Runs.onHeap(context, subject.operation(), problem, subject.dtype()))
                .as(subject.toString())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        for (Outcome outcome : outcomes(caller)) {
            assertThat(Runs.isSame(outcome, alone)).as(subject.toString()).isTrue();
        }
    }

    private static List<Outcome> outcomes(FutureTask<List<Outcome>> caller) throws InterruptedException {
        try {
            return caller.get();
        } catch (ExecutionException e) {
            throw new AssertionError("only a closed context may end the calls", e);
        }
    }
}
