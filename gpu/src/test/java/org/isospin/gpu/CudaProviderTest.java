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
        assertThat(CudaProvider.availability(new CudaStatus(
                                false, List.of(), "", "12.4", "/usr/lib", "no NVIDIA driver is installed"))
                        .reason())
                .isEqualTo("no NVIDIA driver is installed");
    }

    @Test
    void aMachineWithCudaHasTheBackend() {
        var status = new CudaStatus(true, List.of("H100"), "13.0", "13.0", "CUDA 13 from /usr/lib", "");
        assertThat(CudaProvider.availability(status).isAvailable()).isTrue();
    }

    @Test
    void whoeverCreatesItAnywayGetsTheReason() {
        assertThatThrownBy(() -> new CudaProvider().create())
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageStartingWith("backend cuda is not available: ");
    }
}
