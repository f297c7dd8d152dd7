package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VectorWidthTest {
    /** The machine's own width runs here, every narrower one in a JVM that is forced to it. */
    @Test
    void theWidthOfVectorsChangesNoBit() throws Exception {
        String expected = Long.toString(Digest.compute());
        for (int width = VectorWidth.NARROWEST; width <= VectorWidth.NATIVE_BITS; width *= 2) {
            List<String> options = List.of(ForkedJvm.VECTORS, "-D" + VectorWidth.PROPERTY + "=" + width);
            assertThat(ForkedJvm.run(Digest.class, options, List.of()))
                    .as("%d bits", width)
                    .containsExactly(expected);
        }
    }

    @Test
    void widthsBeyondTheMachinesAreRejected() {
        assertThat(VectorWidth.complaint("", 256)).isEmpty();
        assertThat(VectorWidth.complaint("256", 256)).isEmpty();
        assertThat(VectorWidth.complaint("512", 256))
                .isEqualTo("isospin.simd.width is 512, but vectors of this machine have 256 bits;"
                        + " set a smaller one or none");
        assertThat(VectorWidth.complaint("64", 256)).isEqualTo("isospin.simd.width is '64'; set 128, 256 or 512");
        assertThat(VectorWidth.complaint("", 64)).startsWith("vectors of this JVM have 64 bits");
    }
}
