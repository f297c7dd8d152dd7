package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;

import org.isospin.DType;
import org.junit.jupiter.api.Test;

class FmaPeakTest {
    /** No time is asserted: any processor that runs a JVM does more, and none does as much in one thread. */
    @Test
    void isANumberOfFlopsThatAProcessorCanDo() {
        assertThat(FmaPeak.measure(DType.F32)).isBetween(1e6, 1e13);
        assertThat(FmaPeak.measure(DType.F64)).isBetween(1e6, 1e13);
    }
}
