package org.isospin.bench.timing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Reports of HotSpot's Compiler.queue. */
class JitTest {
    @Test
    void readsTheQueue() {
        String idle = "Current compiles: \n\nC1 compile queue:\nEmpty\n\nC2 compile queue:\nEmpty\n";
        assertThat(Jit.isEmpty(idle)).isTrue();
        assertThat(Jit.isEmpty(idle.replaceFirst("Empty", "1877 %     4       Q::f @ 5 (36 bytes)")))
                .isFalse();
        assertThat(Jit.isEmpty(
                        idle.replaceFirst("\n\n", "\nC2 CompilerThread0  1428   !   4       Q::f (36 bytes)\n\n")))
                .isFalse();
        assertThat(Jit.isEmpty("")).isTrue();
    }

    @Test
    void answers() {
        Jit jit = new Jit();
        assertThat(jit.isIdle()).as("the first time nothing is known").isFalse();
    }
}
