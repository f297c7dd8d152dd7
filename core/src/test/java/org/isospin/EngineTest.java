package org.isospin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.RecordingBackend;
import org.junit.jupiter.api.Test;

class EngineTest {
    private final RecordingBackend backend = new RecordingBackend();
    private final Engine engine = new Engine(backend);

    @Test
    void oneStreamServesOneCallAfterAnother() {
        Engine.Lease first = engine.lease(2, Precision.STANDARD, ProgressListener.NONE);
        engine.giveBack(first);
        Engine.Lease second = engine.lease(2, Precision.STANDARD, ProgressListener.NONE);
        assertThat(second).isSameAs(first);
        engine.giveBack(second);
        assertThat(backend.events).containsExactly("open 2 STANDARD", "reset", "reset");
    }

    @Test
    void callsAtTheSameTimeNeverShareAStream() {
        Engine.Lease first = engine.lease(2, Precision.STANDARD, ProgressListener.NONE);
        Engine.Lease second = engine.lease(2, Precision.STANDARD, ProgressListener.NONE);
        assertThat(second.stream()).isNotSameAs(first.stream());
        engine.giveBack(first);
        engine.giveBack(second);
        // The latest used comes first: its scratch is still in the caches.
        assertThat(engine.lease(2, Precision.STANDARD, ProgressListener.NONE)).isSameAs(second);
    }

    @Test
    void aStreamServesTheThreadsAndThePrecisionItWasOpenedFor() {
        Engine.Lease plain = engine.lease(1, Precision.STANDARD, ProgressListener.NONE);
        engine.giveBack(plain);
        ComputeStream exact = engine.lease(1, Precision.F64_SUMS, ProgressListener.NONE).stream();
        ComputeStream shared = engine.lease(4, Precision.STANDARD, ProgressListener.NONE).stream();
        assertThat(exact).isNotSameAs(plain.stream());
        assertThat(shared).isNotSameAs(plain.stream()).isNotSameAs(exact);
        assertThat(exact.precision()).isEqualTo(Precision.F64_SUMS);
        assertThat(engine.lease(1, Precision.STANDARD, ProgressListener.NONE)).isSameAs(plain);
        assertThat(backend.events).containsExactly("open 1 STANDARD", "reset", "open 1 F64_SUMS", "open 4 STANDARD");
    }

    @Test
    void closingFreesEveryStreamAndThenTheBackendOnce() {
        Engine.Lease first = engine.lease(1, Precision.STANDARD, ProgressListener.NONE);
        Engine.Lease second = engine.lease(1, Precision.STANDARD, ProgressListener.NONE);
        engine.giveBack(first);
        engine.giveBack(second);
        engine.close();
        engine.close();
        assertThat(backend.events)
                .containsExactly(
                        "open 1 STANDARD",
                        "open 1 STANDARD",
                        "reset",
                        "reset",
                        "close stream",
                        "close stream",
                        "close backend");
        assertThatThrownBy(() -> engine.lease(1, Precision.STANDARD, ProgressListener.NONE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aStreamThatCannotBeOpenedIsNoCallInFlight() {
        assertThatThrownBy(() -> engine.lease(13, Precision.STANDARD, ProgressListener.NONE))
                .hasMessageContaining("unlucky");
        engine.close();
        assertThat(backend.events).containsExactly("close backend");
    }

    @Test
    void closingWaitsForCallsInFlightAndRefusesOthers() throws Exception {
        Engine.Lease lease = engine.lease(1, Precision.STANDARD, ProgressListener.NONE);
        Thread closer = Thread.ofPlatform().start(engine::close);
        Thread second = Thread.ofPlatform().start(engine::close);
        awaitWaiting(closer);
        awaitWaiting(second);
        assertThat(backend.events).doesNotContain("close backend");
        assertThatThrownBy(() -> engine.lease(1, Precision.STANDARD, ProgressListener.NONE))
                .isInstanceOf(IllegalStateException.class);
        engine.giveBack(lease);
        closer.join();
        second.join();
        assertThat(backend.events).containsExactly("open 1 STANDARD", "reset", "close stream", "close backend");
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anInterruptedCloserWaitsAllTheSameAndStaysInterrupted() throws Exception {
        Engine.Lease lease = engine.lease(1, Precision.STANDARD, ProgressListener.NONE);
        CountDownLatch wasInterrupted = new CountDownLatch(1);
        Thread closer = Thread.ofPlatform().start(() -> {
            engine.close();
            if (Thread.currentThread().isInterrupted()) {
                wasInterrupted.countDown();
            }
        });
        awaitWaiting(closer);
        closer.interrupt();
        assertThat(closer.isAlive()).isTrue();
        assertThat(backend.events).doesNotContain("close backend");
        engine.giveBack(lease);
        wasInterrupted.await();
        assertThat(backend.events).endsWith("close backend");
    }
}
