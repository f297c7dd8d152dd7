package org.isospin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.isospin.backend.RecordingBackend;
import org.isospin.backend.ReferenceBackend;
import org.isospin.rotation.CayleyStep;
import org.junit.jupiter.api.Test;

class IsospinTest {
    @Test
    void theBestBackendOfThisModuleIsTheReference() {
        try (Isospin auto = Isospin.auto();
                Isospin cpu = Isospin.cpu();
                Isospin named = Isospin.named("reference")) {
            for (Isospin iso : new Isospin[] {auto, cpu, named}) {
                assertThat(iso.describe().backend()).isEqualTo(ReferenceBackend.NAME);
                assertThat(iso.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
                assertThat(iso.precision()).isEqualTo(Precision.STANDARD);
            }
        }
    }

    @Test
    void aBackendThatNobodyKnowsIsNamedWithThoseThatThereAre() {
        assertThatThrownBy(() -> Isospin.named("abacus"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("abacus")
                .hasMessageContaining("reference");
    }

    @Test
    void tellsWhatItComputesOn() {
        try (Isospin iso = Isospin.on(new RecordingBackend()).withThreads(3).withPrecision(Precision.F64_SUMS)) {
            assertThat(iso.describe().toString()).isEqualTo("""
                            backend: recording
                            threads: 3
                            precision: F64_SUMS
                            width: 3 bits""");
            assertThat(iso.describe().others()).isEmpty();
            assertThat(iso.peakFlops(DType.F64)).isNaN();
        }
    }

    @Test
    void derivedContextsShareTheBackendAndChangeNothingElse() {
        RecordingBackend backend = new RecordingBackend();
        Isospin iso = Isospin.on(backend).withThreads(1);
        Isospin exact = iso.withPrecision(Precision.F64_SUMS);
        Isospin wide = exact.withThreads(5);
        assertThat(iso.precision()).isEqualTo(Precision.STANDARD);
        assertThat(exact.threads()).isEqualTo(1);
        assertThat(wide.threads()).isEqualTo(5);
        assertThat(wide.precision()).isEqualTo(Precision.F64_SUMS);
        iso.exp(SkewMatrix.allocate(DType.F64, 2));
        wide.exp(SkewMatrix.allocate(DType.F64, 2));
        assertThat(backend.events).containsExactly("open 1 STANDARD", "reset", "open 5 F64_SUMS", "reset");
        // Closing either closes both.
        wide.close();
        assertThat(backend.events).endsWith("close backend");
        assertThatThrownBy(() -> iso.exp(SkewMatrix.allocate(DType.F64, 2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        iso.close();
        assertThat(backend.events).containsOnlyOnce("close backend");
    }

    @Test
    void aCallNeedsAThread() {
        try (Isospin iso = Isospin.on(new RecordingBackend())) {
            assertThatThrownBy(() -> iso.withThreads(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("0");
        }
    }

    @Test
    void aCallThatFailsLeavesTheContextUsable() {
        RecordingBackend backend = new RecordingBackend(seed -> {
            if (seed == 666) {
                throw new IllegalStateException("out of dice");
            }
        });
        try (Isospin iso = Isospin.on(backend).withThreads(1)) {
            Matrix out = Matrix.allocate(DType.F64, 3, 3);
            Matrix again = Matrix.allocate(DType.F64, 3, 3);
            iso.haarOrthogonal(1, out);
            assertThatThrownBy(() -> iso.haarOrthogonal(666, again)).hasMessage("out of dice");
            assertThatThrownBy(() -> iso.cayley(SkewMatrix.allocate(DType.F64, 2), CayleyStep.FULL, out))
                    .isInstanceOf(IllegalArgumentException.class);
            iso.haarOrthogonal(1, again);
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    assertThat(again.get(i, j)).isEqualTo(out.get(i, j));
                }
            }
            assertThat(backend.events).containsExactly("open 1 STANDARD", "reset", "reset", "reset", "reset");
        }
    }

    @Test
    void closingWaitsForTheCallInFlight() throws Exception {
        CountDownLatch isInside = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        RecordingBackend backend = new RecordingBackend(seed -> {
            isInside.countDown();
            try {
                mayGoOn.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Isospin iso = Isospin.on(backend).withThreads(1);
        Matrix out = Matrix.allocate(DType.F32, 4, 4);
        FutureTask<Boolean> call = new FutureTask<>(() -> iso.haarRotation(1, out), true);
        Thread.ofPlatform().daemon().start(call);
        isInside.await();
        Thread closer = Thread.ofPlatform().daemon().start(iso::close);
        while (closer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> iso.haarRotation(2, out))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(backend.events).containsExactly("open 1 STANDARD");
        mayGoOn.countDown();
        assertThat(call.get()).isTrue();
        closer.join();
        assertThat(backend.events).containsExactly("open 1 STANDARD", "reset", "close stream", "close backend");
    }

    @Test
    void resultsOutliveTheContext() {
        Matrix q;
        try (Isospin iso = Isospin.cpu()) {
            q = iso.exp(SkewMatrix.allocate(DType.F32, 2));
        }
        assertThat(q.dtype()).isEqualTo(DType.F32);
        assertThat(q.get(0, 0)).isEqualTo(1);
        assertThat(q.get(0, 1)).isZero();
    }
}
