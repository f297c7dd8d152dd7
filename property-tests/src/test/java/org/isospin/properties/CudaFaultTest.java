package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.isospin.DType;
import org.isospin.DeviceException;
import org.isospin.DeviceOutOfMemoryException;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.gpu.DeviceScope;
import org.isospin.polar.Msign;
import org.isospin.properties.StandInKnobs.Knob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What becomes of a context whose device refuses a call: the call is named, nothing leaks, the next call is right. */
class CudaFaultTest {
    private Map<Knob, Integer> before = Map.of();

    @BeforeEach
    void count() {
        StandInKnobs.assume();
        before = StandInKnobs.alive();
    }

    @AfterEach
    void nothingIsLeft() {
        for (Knob kind : Knob.values()) {
            if (kind.name().startsWith("FAIL")) {
                StandInKnobs.fail(kind, 0);
            }
        }
        StandInKnobs.set(Knob.NOTHING_PINNED, 0);
        assertThat(StandInKnobs.alive()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(value = Knob.class, mode = Mode.MATCH_ANY, names = "FAIL.*")
    void everyFailureOfACallIsReportedAndTheNextCallIsRight(Knob kind) {
        SkewMatrix a = Generators.skew(DType.F64, 40, 3, 1);
        Matrix m = Generators.gaussian(40, 30, 1).to(DType.F32);
        Matrix expected = Matrix.allocate(DType.F64, 40, 40);
        Matrix q = Matrix.allocate(DType.F64, 40, 40);
        try (Isospin iso = Isospin.named("cuda")) {
            iso.exp(a, expected);
            int failures = 0;
            for (int n = 1; n < 400; n += n < 20 ? 1 : 17) {
                StandInKnobs.fail(kind, n);
                try {
                    iso.exp(a, q);
                    iso.procrustes(m, m);
                    iso.singularValues(m, Matrix.allocate(DType.F32, 1, 30));
                } catch (DeviceException e) {
                    failures++;
                    assertThat(e).hasMessageContaining(e.call()).hasMessageNotContaining("null");
                    assertThat(e.status()).isNotZero();
                }
                StandInKnobs.fail(kind, 0);
                iso.exp(a, q);
                assertThat(Dense.of(q).hasBitsOf(Dense.of(expected))).isTrue();
            }
            assertThat(failures).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Knob.class, mode = Mode.MATCH_ANY, names = "FAIL.*")
    void aContextThatCannotBeMadeLeavesNothing(Knob kind) {
        for (int n = 1; n < 12; n++) {
            StandInKnobs.fail(kind, n);
            try (Isospin iso = Isospin.named("cuda")) {
                iso.haarOrthogonal(1, Matrix.allocate(DType.F32, 5, 5));
            } catch (DeviceException e) {
                assertThat(e.status()).isNotZero();
            }
            StandInKnobs.fail(kind, 0);
            assertThat(StandInKnobs.alive()).isEqualTo(before);
        }
    }

    @Test
    void outOfMemorySaysWhatWasAskedAndWhatIsFree() {
        try (DeviceScope scope = DeviceScope.open()) {
            assertThatThrownBy(() -> scope.allocate(DType.F64, 1 << 20, 1 << 20))
                    .isInstanceOfSatisfying(DeviceOutOfMemoryException.class, e -> {
                        assertThat(e.asked()).isEqualTo(1L << 43);
                        assertThat(e.free()).isBetween(1L, 64L << 30);
                        assertThat(e.call()).isEqualTo("cudaMalloc");
                    })
                    .hasMessageContaining("out of memory");
            assertThat(scope.allocate(DType.F64, 10, 10).rows()).isEqualTo(10);
        }
    }

    @Test
    void aFailedLaunchNamesKernelAndShape() {
        try (Isospin iso = Isospin.named("cuda")) {
            Matrix out = Matrix.allocate(DType.F32, 7, 9);
            iso.haarOrthogonal(1, out);
            StandInKnobs.fail(Knob.FAIL_LAUNCH, 1);
            assertThatThrownBy(() -> iso.haarOrthogonal(1, out))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("cuLaunchKernel")
                    .hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED")
                    .hasMessageContaining("kernel")
                    .hasMessageMatching(".*[79] x [79].*");
        }
    }

    @Test
    void aFailedProductNamesItsOperands() {
        try (Isospin iso = Isospin.named("cuda")) {
            Matrix a = Matrix.allocate(DType.F32, 7, 9);
            Matrix b = Matrix.allocate(DType.F32, 9, 4);
            Matrix c = Matrix.allocate(DType.F32, 7, 4);
            StandInKnobs.fail(Knob.FAIL_BLAS, 1);
            assertThatThrownBy(() -> iso.multiply(a, b, c))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("CUBLAS_STATUS_EXECUTION_FAILED")
                    .hasMessageContaining("the function failed to launch on the GPU");
        }
    }

    @Test
    void withoutMemoryToPinCopiesAreRightTheSame() {
        Matrix a = Generators.gaussian(9, 7, 1).to(DType.F32);
        Matrix expected = Matrix.allocate(DType.F32, 9, 7);
        try (Isospin pinning = Isospin.named("cuda")) {
            pinning.msign(a, expected, Msign.polarExpress(5));
        }
        try (Isospin iso = Isospin.named("cuda")) {
            Matrix out = Matrix.allocate(DType.F32, 9, 7);
            int pinned = StandInKnobs.count(Knob.PINNED);
            StandInKnobs.set(Knob.NOTHING_PINNED, 1);
            iso.msign(a, out, Msign.polarExpress(5));
            StandInKnobs.set(Knob.NOTHING_PINNED, 0);
            assertThat(StandInKnobs.count(Knob.PINNED)).isEqualTo(pinned);
            assertThat(Dense.of(out).hasBitsOf(Dense.of(expected))).isTrue();
        }
    }
}
