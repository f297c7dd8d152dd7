package org.isospin.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.isospin.BackendUnavailableException;
import org.isospin.ffm.cuda.CudaStatus;
import org.junit.jupiter.api.Test;

class CudaProviderTest {
    @Test
    void aMachineWithoutCudaIsToldWhatIsMissing() {
        assertThat(CudaProvider.availability(new CudaStatus(false, List.of(), "", "no NVIDIA driver is installed"))
                        .reason())
                .isEqualTo("no NVIDIA driver is installed");
    }

    @Test
    void aMachineWithCudaIsToldThatThereAreNoKernels() {
        var availability =
                CudaProvider.availability(new CudaStatus(true, List.of("H100"), "CUDA 13 from /usr/lib", ""));
        assertThat(availability.isAvailable()).isFalse();
        assertThat(availability.reason())
                .isEqualTo(
                        "CUDA 13 from /usr/lib was found with H100, but this version of Isospin has no CUDA kernels yet");
    }

    @Test
    void whoeverCreatesItAnywayGetsTheReason() {
        assertThatThrownBy(() -> new CudaProvider().create())
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageStartingWith("backend cuda is not available: ");
    }
}
