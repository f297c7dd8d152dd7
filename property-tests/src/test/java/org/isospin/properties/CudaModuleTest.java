package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.isospin.BackendUnavailableException;
import org.isospin.DType;
import org.isospin.DeviceException;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.gpu.DeviceScope;
import org.isospin.properties.StandInKnobs.Knob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Our kernels are loaded once for all that uses a device at the same time, and unloaded with the last of it. On the second device:
 * other suites of this JVM may keep the first one in use.
 */
class CudaModuleTest {
    private static final int DEVICE = 1;
    private static final String NAME = "cuda:" + DEVICE;
    private static final int THREADS = 8;

    private final Matrix a = Generators.gaussian(5, 4, 1).to(DType.F32);
    private Map<Knob, Integer> before = Map.of();
    private int loads;

    @BeforeEach
    void count() {
        StandInKnobs.assume();
        before = StandInKnobs.alive();
        loads = StandInKnobs.count(Knob.LOADS);
    }

    @AfterEach
    void nothingIsLeft() {
        StandInKnobs.set(Knob.NOTHING_LOADED, 0);
        assertThat(StandInKnobs.alive()).isEqualTo(before);
    }

    private void assertLoads(int expected) {
        assertThat(StandInKnobs.count(Knob.LOADS) - loads).as("loads").isEqualTo(expected);
    }

    private void use(Isospin iso, DeviceScope scope) {
        Matrix out = Matrix.allocate(DType.F32, 5, 4);
        iso.run(stream -> stream.scale(2, scope.upload(a), out));
        assertThat(out.get(4, 3)).isEqualTo(2 * a.get(4, 3));
    }

    @Test
    void contextsAndScopesOfADeviceShareOneModule() {
        try (Isospin iso = Isospin.named(NAME)) {
            for (int i = 0; i < 10; i++) {
                try (DeviceScope scope = DeviceScope.open(DEVICE);
                        Isospin other = Isospin.named(NAME)) {
                    use(iso, scope);
                    use(other, scope);
                }
            }
        }
        assertLoads(1);
    }

    @Test
    void theLastUserUnloadsItWhoeverThatIs() {
        Isospin iso;
        try (DeviceScope scope = DeviceScope.open(DEVICE)) {
            iso = Isospin.named(NAME);
            use(iso, scope);
        }
        assertThat(StandInKnobs.alive()).isNotEqualTo(before);
        try (DeviceScope scope = DeviceScope.open(DEVICE)) {
            use(iso, scope);
            iso.close();
            assertThat(scope.upload(a).copy().get(4, 3)).isEqualTo(a.get(4, 3));
        }
        assertLoads(1);
        assertThat(StandInKnobs.alive()).isEqualTo(before);
        DeviceScope.open(DEVICE).close();
        assertLoads(2);
    }

    @Test
    void whoComesWhileItIsLoadedWaitsForIt() {
        CountDownLatch all = new CountDownLatch(THREADS);
        // A thread each: they hold what they opened until the last one has opened its own.
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<CompletableFuture<Void>> users = IntStream.range(0, THREADS)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> {
                                try (DeviceScope scope = DeviceScope.open(DEVICE);
                                        Isospin iso = Isospin.named(NAME)) {
                                    all.countDown();
                                    all.await();
                                    use(iso, scope);
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            },
                            threads))
                    .toList();
            users.forEach(CompletableFuture::join);
        }
        assertLoads(1);
    }

    @Test
    void threadsThatComeAndGoAlwaysFindALoadedOne() {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<CompletableFuture<Void>> users = IntStream.range(0, 200)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> {
                                try (DeviceScope scope = DeviceScope.open(DEVICE)) {
                                    assertThat(scope.upload(a).copy().get(4, 3)).isEqualTo(a.get(4, 3));
                                }
                            },
                            threads))
                    .toList();
            users.forEach(CompletableFuture::join);
        }
        assertThat(StandInKnobs.count(Knob.LOADS) - loads).isBetween(1, 200);
    }

    @Test
    void oneThatDoesNotLoadIsNotKept() {
        StandInKnobs.set(Knob.NOTHING_LOADED, 1);
        assertThatThrownBy(() -> Isospin.named(NAME))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("cuModuleLoadData failed with status 218 (CUDA_ERROR_INVALID_PTX");
        assertThatThrownBy(() -> DeviceScope.open(DEVICE))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("cuModuleLoadData");
        StandInKnobs.set(Knob.NOTHING_LOADED, 0);
        try (Isospin iso = Isospin.named(NAME);
                DeviceScope scope = DeviceScope.open(DEVICE)) {
            use(iso, scope);
        }
        assertLoads(3);
    }
}
