package org.isospin.ffm.blas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Kernels by what Linux tells of a processor. */
class CoreTypeTest {
    private static String cpuinfo(String vendor, String flags) {
        return "processor\t: 0\nvendor_id\t: " + vendor + "\nmodel name\t: X\nflags\t\t: fpu vme " + flags + " sse2\n";
    }

    @Test
    void processorsOfIntelRunTheNewestKernelsTheyCan() {
        assertThat(CoreType.of(cpuinfo("GenuineIntel", "avx2 fma avx512f avx512dq avx512bw avx512vl")))
                .contains("SkylakeX");
        assertThat(CoreType.of(cpuinfo("GenuineIntel", "avx2 fma avx512f"))).contains("Haswell");
        assertThat(CoreType.of(cpuinfo("GenuineIntel", "avx"))).isEmpty();
    }

    @Test
    void othersAreLeftToOpenBlas() {
        assertThat(CoreType.of(cpuinfo("AuthenticAMD", "avx2 fma avx512f avx512dq avx512bw avx512vl")))
                .isEmpty();
        assertThat(CoreType.of("")).isEmpty();
    }
}
