package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.gpu.DeviceScope;
import org.isospin.polar.Msign;
import org.isospin.properties.StandInKnobs.Knob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several devices, of which the stand-in has two: neither reaches the memory, the streams or the handles of the other. */
class CudaDevicesTest {
    private static final int N = 20;

    private final SkewMatrix skew = Generators.skew(DType.F64, N, 2, 1);
    private final Matrix a = Generators.gaussian(N, N, 2).to(DType.F32);
    private Map<Knob, Integer> before = Map.of();

    @BeforeEach
    void count() {
        StandInKnobs.assume();
        before = StandInKnobs.alive();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(StandInKnobs.alive()).isEqualTo(before);
    }

    private static String device(Isospin iso) {
        return Objects.requireNonNull(iso.describe().facts().get("device"));
    }

    private List<Dense> results(Isospin iso) {
        Matrix sign = Matrix.allocate(DType.F32, N, N);
        iso.msign(a, sign, Msign.polarExpress(5));
        return List.of(
                Dense.of(iso.exp(skew)), Dense.of(sign), Dense.of(iso.svd(a).s()));
    }

    private static boolean isSame(List<Dense> found, List<Dense> expected) {
        return IntStream.range(0, expected.size()).allMatch(i -> found.get(i).hasBitsOf(expected.get(i)));
    }

    @Test
    void aNameChoosesADevice() {
        try (Isospin first = Isospin.named("cuda:0");
                Isospin second = Isospin.named("CUDA:1")) {
            assertThat(device(first)).startsWith("cuda:0 ");
            assertThat(device(second)).startsWith("cuda:1 ");
            assertThat(isSame(results(second), results(first))).isTrue();
        }
    }

    @Test
    void aPropertyChoosesTheDeviceOfTheNameAlone() {
        String property = "isospin.cuda.device";
        System.setProperty(property, "1");
        try (Isospin iso = Isospin.named("cuda");
                DeviceScope scope = DeviceScope.open()) {
            assertThat(device(iso)).startsWith("cuda:1 ");
            iso.msign(scope.upload(a), Matrix.allocate(DType.F32, N, N), Msign.polarExpress(5));
            System.setProperty(property, "7");
            assertThatThrownBy(() -> Isospin.named("cuda"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("isospin.cuda.device=7: the CUDA devices are 0 (stand-in), 1 (stand-in 1)");
        } finally {
            System.clearProperty(property);
        }
    }

    @Test
    void whatIsNoDeviceIsRefused() {
        assertThatThrownBy(() -> Isospin.named("cuda:2"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no device 2: the CUDA devices are 0 (stand-in), 1 (stand-in 1)");
        for (String number : List.of("-1", "fast", "")) {
            assertThatThrownBy(() -> Isospin.named("cuda:" + number))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("after the colon comes the number of a device, not '" + number + "'");
        }
        assertThatThrownBy(() -> Isospin.named("reference:0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("backend reference computes on the processor");
        assertThatThrownBy(() -> Isospin.named("none:0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no backend is named 'none:0'");
        assertThatThrownBy(() -> DeviceScope.open(2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void matricesOfOneAreRefusedByTheOtherAndCopiedByWayOfTheHost() {
        try (Isospin second = Isospin.named("cuda:1");
                DeviceScope there = DeviceScope.open(0);
                DeviceScope here = DeviceScope.open(1)) {
            Matrix x = there.upload(a);
            Matrix y = here.allocate(DType.F32, N, N);
            assertThatThrownBy(() -> second.msign(x, y, Msign.polarExpress(5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cuda:0 (stand-in)")
                    .hasMessageContaining("cuda:1 (stand-in 1)");
            x.copyTo(y);
            assertThat(Dense.of(y.copy()).hasBitsOf(Dense.of(a))).isTrue();
            second.msign(y, y, Msign.polarExpress(5));
        }
    }

    @Test
    void threadsUseDevicesAtTheSameTime() {
        try (Isospin first = Isospin.named("cuda:0");
                Isospin second = Isospin.named("cuda:1")) {
            List<Dense> expected = results(first);
            List<CompletableFuture<Boolean>> calls = IntStream.range(0, 24)
                    .mapToObj(i ->
                            CompletableFuture.supplyAsync(() -> isSame(results(i % 2 == 0 ? first : second), expected)
                                    && isSame(results(i % 2 == 0 ? second : first), expected)))
                    .toList();
            assertThat(calls).allMatch(CompletableFuture::join);
        }
    }

    @Test
    void whoHearsOfProgressMayUseTheOther() {
        try (Isospin first = Isospin.named("cuda:0");
                Isospin second = Isospin.named("cuda:1")) {
            List<Dense> expected = results(first);
            Isospin listened = first.withProgress((operation, done, total) -> second.exp(skew));
            assertThat(isSame(results(listened), expected)).isTrue();
        }
    }
}
