package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.reparam.Permutations;
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetOptions;
import org.isospin.reparam.WeightSide;
import org.junit.jupiter.api.Test;

/** Permutations by seed, side and merge. */
class PermutationsTest {
    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    @Test
    void permutationsAreSeededAndDifferByMergeAndSide() {
        Permutations seeded = Permutations.seeded(1);
        int[] first = seeded.draw(WeightSide.OUTPUT, 0, 100);
        assertThat(first).isEqualTo(Permutations.seeded(1).draw(WeightSide.OUTPUT, 0, 100));
        assertThat(first).isNotEqualTo(seeded.draw(WeightSide.INPUT, 0, 100));
        assertThat(first).isNotEqualTo(seeded.draw(WeightSide.OUTPUT, 1, 100));
        assertThat(first).isNotEqualTo(Permutations.seeded(2).draw(WeightSide.OUTPUT, 0, 100));
        assertThat(Arrays.stream(first).sorted().distinct().count()).isEqualTo(100);
        assertThat(seeded.draw(WeightSide.INPUT, 3, 0)).isEmpty();
        PoetOptions twice = PoetOptions.DEFAULT.withPermutations((side, merges, order) -> new int[order]);
        assertThatThrownBy(() -> PoetLayer.of(iso, twice, Matrix.allocate(DType.F32, 3, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only once");
    }

    /** Two independent permutations agree in one place on average, with a deviation of one: 5/√200 in the mean of 200. */
    @Test
    void permutationsOfConsecutiveMergesAreIndependent() {
        Permutations seeded = Permutations.seeded(9);
        int agreements = 0;
        int neighbours = 0;
        for (int merge = 0; merge < 200; merge++) {
            int[] one = seeded.draw(WeightSide.INPUT, merge, 100);
            int[] next = seeded.draw(WeightSide.INPUT, merge + 1, 100);
            for (int i = 0; i < 100; i++) {
                agreements += one[i] == next[i] ? 1 : 0;
                neighbours += i > 0 && one[i] == next[i - 1] ? 1 : 0;
            }
        }
        assertThat(agreements / 200.0).isCloseTo(1, within(5 / Math.sqrt(200)));
        assertThat(neighbours / 200.0).isCloseTo(0.99, within(5 / Math.sqrt(200)));
    }
}
