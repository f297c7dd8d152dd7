package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Backend;
import org.isospin.backend.DeviceClock;
import org.isospin.backend.Discovery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clock of a device; the host has none. */
class CudaClockTest {
    @BeforeEach
    void needsTheStandIn() {
        StandInKnobs.assume();
    }

    @Test
    void measuresNoMoreThanTheHostWaits() {
        Backend backend = Discovery.find().named(Backends.CUDA);
        DeviceClock clock = backend.clock().orElseThrow();
        try (Isospin iso = Isospin.on(backend)) {
            Matrix a = Generators.gaussian(40, 40, 1).to(DType.F32);
            Matrix out = Matrix.allocate(DType.F32, 40, 40);
            for (int i = 0; i < 3; i++) {
                long start = System.nanoTime();
                double seconds = clock.seconds(() -> iso.multiply(a, a, out));
                assertThat(seconds).isPositive().isLessThanOrEqualTo(1e-9 * (System.nanoTime() - start) + 1e-6);
            }
        }
    }

    @Test
    void refusesToMeasureNothingAndItself() {
        Backend backend = Discovery.find().named(Backends.CUDA);
        DeviceClock clock = backend.clock().orElseThrow();
        try (Isospin iso = Isospin.on(backend)) {
            assertThatThrownBy(() -> clock.seconds(() -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("nothing was called on cuda:0");
            assertThatThrownBy(() -> clock.seconds(() -> clock.seconds(() -> {})))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is running already");
            Matrix a = Generators.gaussian(3, 3, 1).to(DType.F32);
            Matrix out = Matrix.allocate(DType.F32, 3, 3);
            assertThat(clock.seconds(() -> iso.multiply(a, a, out))).isPositive();
        }
    }

    @Test
    void theHostHasNone() {
        try (Backend backend = Discovery.find().named("reference")) {
            assertThat(backend.clock()).isEmpty();
        }
    }
}
