package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TranspositionTest {
    /** Around squares of 4 and 8, at the very end of the source, with room between the target's runs that must stay as it is. */
    @Test
    void movesEveryElementAndNoOther() {
        for (int runs = 0; runs <= 19; runs++) {
            for (int length = 0; length <= 19; length++) {
                for (int gap = 0; gap <= 2; gap++) {
                    check(runs, length, length + gap, runs + gap);
                }
            }
        }
    }

    private static void check(int runs, int length, int stride, int ld) {
        int end = runs == 0 ? 0 : (runs - 1) * stride + length;
        float[] source = new float[3 + end];
        double[] wide = new double[3 + end];
        for (int i = 0; i < source.length; i++) {
            source[i] = 1 + i;
            wide[i] = 1 + i;
        }
        float[] target = new float[2 + length * ld];
        double[] wideTarget = new double[2 + length * ld];
        Transposition.transpose(runs, length, source, 3, stride, target, 2, ld);
        Transposition.transpose(runs, length, wide, 3, stride, wideTarget, 2, ld);
        for (int at = 0; at < target.length; at++) {
            int p = (at - 2) / Math.max(1, ld);
            int r = at - 2 - p * ld;
            float expected = at >= 2 && r < runs ? source[3 + r * stride + p] : 0;
            assertThat(target[at]).isEqualTo(expected);
            assertThat(wideTarget[at]).isEqualTo(expected);
        }
    }
}
