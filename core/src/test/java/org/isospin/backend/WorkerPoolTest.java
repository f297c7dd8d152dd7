package org.isospin.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkerPoolTest {
    private static int threadsNamed(String prefix) {
        Thread[] all = new Thread[Thread.activeCount() + 64];
        int n = Thread.enumerate(all);
        return (int) Arrays.stream(all, 0, n)
                .filter(t -> t.getName().startsWith(prefix))
                .count();
    }

    @Test
    void everyItemRunsExactlyOnceInManyRunsOfManySizes() {
        try (WorkerPool pool = new WorkerPool("once", 4)) {
            AtomicIntegerArray runs = new AtomicIntegerArray(200);
            AtomicInteger badWorker = new AtomicInteger();
            for (int round = 0; round < 20_000; round++) {
                int items = round % 200;
                int threads = 1 + round % 5;
                for (int i = 0; i < items; i++) {
                    runs.set(i, 0);
                }
                pool.run(threads, items, (item, worker) -> {
                    runs.incrementAndGet(item);
                    if (worker < 0 || worker >= Math.min(threads, 4)) {
                        badWorker.incrementAndGet();
                    }
                });
                for (int i = 0; i < items; i++) {
                    assertThat(runs.get(i)).isEqualTo(1);
                }
            }
            assertThat(badWorker.get()).isZero();
        }
    }

    @Test
    void aWorkerThatWasInterruptedStillSleeps() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool("drowsy", 2)) {
            AtomicReference<Thread> helper = new AtomicReference<>();
            while (helper.get() == null) {
                pool.run(2, 64, (item, worker) -> {
                    if (worker == 1) {
                        helper.set(Thread.currentThread());
                        Thread.currentThread().interrupt();
                    }
                });
            }
            Thread thread = helper.get();
            // The class's time limit ends this loop where the thread only ever spins.
            while (thread.getState() != Thread.State.WAITING) {
                Thread.sleep(1);
            }
            Thread.sleep(20);
            assertThat(thread.getState()).isEqualTo(Thread.State.WAITING);
        }
    }

    @Test
    void aRunSeesWhatWasWrittenBeforeItAndTheCallerWhatItWrote() {
        try (WorkerPool pool = new WorkerPool("visible", 3)) {
            long[] values = new long[64];
            for (int round = 0; round < 5_000; round++) {
                // Plain writes: the hand-over must order them.
                pool.run(3, 64, (item, worker) -> values[item]++);
            }
            assertThat(values).containsOnly(5_000);
        }
    }

    @Test
    void helpersTakePartAndNoWorkerDoesTwoItemsAtATime() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool("together", 3)) {
            // Each item waits for the two others, so three threads have to be there at once.
            CountDownLatch all = new CountDownLatch(3);
            AtomicIntegerArray byWorker = new AtomicIntegerArray(3);
            pool.run(3, 3, (item, worker) -> {
                byWorker.incrementAndGet(worker);
                all.countDown();
                try {
                    all.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            for (int worker = 0; worker < 3; worker++) {
                assertThat(byWorker.get(worker)).isEqualTo(1);
            }
        }
    }

    @Test
    void sleepingHelpersWakeUp() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool("sleepy", 2)) {
            for (int round = 0; round < 20; round++) {
                // Far more than the spin: the helper is parked, or on its way there.
                Thread.sleep(round % 4);
                CountDownLatch both = new CountDownLatch(2);
                pool.run(2, 2, (item, worker) -> {
                    both.countDown();
                    try {
                        both.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
                assertThat(both.getCount()).isZero();
            }
        }
    }

    @Test
    void twoCallersAtOnceBothFinishAndTheSecondWorksAlone() throws InterruptedException {
        try (WorkerPool pool = new WorkerPool("shared", 3)) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread[] callers = new Thread[2];
            for (int c = 0; c < 2; c++) {
                callers[c] = new Thread(() -> {
                    try {
                        AtomicIntegerArray runs = new AtomicIntegerArray(50);
                        for (int round = 1; round <= 5_000; round++) {
                            pool.run(3, 50, (item, worker) -> runs.incrementAndGet(item));
                            for (int i = 0; i < 50; i++) {
                                assertThat(runs.get(i)).isEqualTo(round);
                            }
                        }
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                });
                callers[c].start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void aRunWithinARunIsDoneByItsCaller() {
        try (WorkerPool pool = new WorkerPool("nested", 2)) {
            AtomicInteger inner = new AtomicInteger();
            pool.run(
                    2,
                    8,
                    (item, worker) -> pool.run(2, 8, (i, w) -> {
                        assertThat(w).isZero();
                        inner.incrementAndGet();
                    }));
            assertThat(inner.get()).isEqualTo(64);
        }
    }

    @Test
    void anExceptionReachesTheCallerAndThePoolWorksOn() {
        try (WorkerPool pool = new WorkerPool("failing", 3)) {
            for (int round = 0; round < 500; round++) {
                AtomicInteger inProgress = new AtomicInteger();
                int bad = round % 40;
                assertThatThrownBy(() -> pool.run(3, 40, (item, worker) -> {
                            inProgress.incrementAndGet();
                            try {
                                if (item == bad) {
                                    throw new IllegalStateException("item " + item);
                                }
                            } finally {
                                inProgress.decrementAndGet();
                            }
                        }))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("item " + bad);
                assertThat(inProgress.get()).isZero();
                AtomicInteger count = new AtomicInteger();
                pool.run(3, 40, (item, worker) -> count.incrementAndGet());
                assertThat(count.get()).isEqualTo(40);
            }
        }
    }

    @Test
    void furtherExceptionsAreSuppressedAndErrorsStayErrors() {
        try (WorkerPool pool = new WorkerPool("many", 2)) {
            CountDownLatch both = new CountDownLatch(2);
            assertThatThrownBy(() -> pool.run(2, 2, (item, worker) -> {
                        both.countDown();
                        try {
                            both.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        throw new AssertionError("item " + item);
                    }))
                    .isInstanceOf(AssertionError.class)
                    .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        }
    }

    @Test
    void threadsStartAtTheFirstParallelRunAndCloseEndsThem() {
        WorkerPool pool = new WorkerPool("lazy", 3);
        pool.run(1, 100, (item, worker) -> assertThat(worker).isZero());
        pool.run(3, 1, (item, worker) -> assertThat(worker).isZero());
        assertThat(threadsNamed("isospin-lazy-")).isZero();
        pool.run(2, 100, (item, worker) -> {});
        assertThat(threadsNamed("isospin-lazy-")).isEqualTo(1);
        pool.run(3, 100, (item, worker) -> {});
        assertThat(threadsNamed("isospin-lazy-")).isEqualTo(2);
        pool.close();
        assertThat(threadsNamed("isospin-lazy-")).isZero();
        pool.close();
        AtomicInteger count = new AtomicInteger();
        pool.run(3, 10, (item, worker) -> count.incrementAndGet());
        assertThat(count.get()).isEqualTo(10);
        assertThat(threadsNamed("isospin-lazy-")).isZero();
    }

    @Test
    void aRunLeavesNoGarbage() {
        long[] sums = new long[4];
        WorkerPool.Task task = (item, worker) -> sums[worker] += item;
        try (WorkerPool pool = new WorkerPool("clean", 2)) {
            // An object a run would be 16 bytes; the measurement itself allocates some, shared by 1000 runs.
            assertThat(Garbage.perRun(20_000, 1_000, () -> pool.run(2, 16, task)))
                    .isLessThan(16);
        }
    }

    @Test
    void aPoolNeedsAThread() {
        assertThatThrownBy(() -> new WorkerPool("none", 0)).isInstanceOf(IllegalArgumentException.class);
        try (WorkerPool pool = new WorkerPool("alone", 1)) {
            AtomicInteger count = new AtomicInteger();
            pool.run(8, 10, (item, worker) -> count.incrementAndGet());
            assertThat(count.get()).isEqualTo(10);
        }
    }
}
