package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.gpu.DeviceScope;
import org.isospin.polar.Msign;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several devices, each chosen by its number; the stand-in has two, and refuses what is on the wrong one. */
class CudaDevicesTest {
    @BeforeEach
    void assume() {
        StandInKnobs.assume();
    }

    private static Dense polar(Isospin iso, int seed) {
        Matrix out = Matrix.allocate(DType.F32, 30, 20);
        iso.polar(Generators.gaussian(30, 20, seed).to(DType.F32), out);
        return Dense.of(out);
    }

    @Test
    void aContextComputesOnTheDeviceOfItsNumber() {
        try (Isospin first = Isospin.named("cuda");
                Isospin second = Isospin.named("CUDA:1");
                DeviceScope scope = DeviceScope.open(1)) {
            assertThat(first.describe().facts()).containsEntry("device", "cuda:0 (stand-in)");
            assertThat(second.describe().facts()).containsEntry("device", "cuda:1 (stand-in 1)");
            assertThat(polar(second, 1).hasBitsOf(polar(first, 1))).isTrue();
            Matrix there = scope.upload(Generators.gaussian(30, 20, 1).to(DType.F32));
            second.polar(there, there);
            assertThat(Dense.of(there.copy()).hasBitsOf(polar(first, 1))).isTrue();
            assertThatThrownBy(() -> first.polar(there, there))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cuda:1 (stand-in 1)")
                    .hasMessageContaining("cuda:0 (stand-in)");
        }
    }

    @Test
    void devicesWorkForSeveralThreadsAtOnce() throws Exception {
        try (Isospin first = Isospin.named("cuda:0");
                Isospin second = Isospin.named("cuda:1");
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            Matrix expected = Matrix.allocate(DType.F32, 30, 20);
            Matrix m = Generators.gaussian(30, 20, 7).to(DType.F32);
            first.msign(m, expected, Msign.polarExpress(5));
            List<Future<Boolean>> same = new ArrayList<>();
            for (int task = 0; task < 40; task++) {
                Isospin iso = task % 2 == 0 ? first : second;
                same.add(threads.submit(() -> {
                    Matrix out = Matrix.allocate(DType.F32, 30, 20);
                    iso.msign(m, out, Msign.polarExpress(5));
                    return Dense.of(out).hasBitsOf(Dense.of(expected));
                }));
            }
            for (Future<Boolean> each : same) {
                assertThat(each.get()).isTrue();
            }
        }
    }

    @Test
    void aNumberWithoutADeviceIsRefusedWithThoseThatAre() {
        assertThatThrownBy(() -> Isospin.named("cuda:2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no device 2: the CUDA devices are 0 (stand-in), 1 (stand-in 1)");
        assertThatThrownBy(() -> DeviceScope.open(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no device -1");
        assertThatThrownBy(() -> Isospin.named("cuda:x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("after the colon comes the number of a device, not 'x'");
        assertThatThrownBy(() -> Isospin.named("reference:0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("backend reference computes on the processor");
    }
}
