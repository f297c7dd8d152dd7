package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.AdamW;
import org.isospin.optim.BlockSplit;
import org.isospin.optim.Muon;
import org.isospin.optim.MuonR;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Pion;
import org.isospin.optim.WeightRounding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** 16-bit weights against the F32 run that starts at the same numbers. */
class WeightRoundingTest {
    private static final int ROWS = 24;
    private static final int COLUMNS = 16;
    private static final double F32 = DType.F32.unitRoundoff();
    private static final double BF16 = DType.BF16.unitRoundoff();

    /** Half of what neighbours of bfloat16 near 1 are apart, at least 2⁻⁹, takes more than this. */
    private static final double RATE = 1e-3;

    static List<String> backends() {
        return Backends.available();
    }

    static Stream<Function<Isospin, Optimizer>> optimizers() {
        return Stream.of(
                iso -> AdamW.builder().learningRate(RATE).build(iso),
                iso -> Muon.kellerJordan().learningRate(RATE).build(iso),
                iso -> Pion.builder().learningRate(RATE).build(iso),
                iso -> MuonR.builder().learningRate(RATE).build(iso));
    }

    /** An optimizer with one weight. */
    private record Run(Optimizer optimizer, ParameterId id, Matrix w) {
        static Run of(Optimizer optimizer, DType dtype, WeightRounding rounding, Dense start) {
            ParameterSpec spec = ParameterSpec.matrix("w", dtype, start.rows(), start.columns(), Orientation.OUT_IN)
                    .withSplit(BlockSplit.groups(2))
                    .withRounding(rounding);
            return new Run(optimizer, optimizer.register(spec), start.to(dtype));
        }

        void step(int t, Matrix g) {
            optimizer.step(t, id, w, g);
        }

        Dense weight() {
            return Dense.of(w);
        }

        Dense state(String name) {
            return Dense.of(optimizer.state(id, name));
        }
    }

    private static Dense start(DType dtype) {
        return Dense.of(Generators.gaussian(ROWS, COLUMNS, 1).to(dtype));
    }

    /** A mean that stays, and noise as large. */
    private static Matrix gradient(int t) {
        return Generators.gaussian(ROWS, COLUMNS, 2)
                .plus(1, Generators.gaussian(ROWS, COLUMNS, 100 + t))
                .to(DType.F32);
    }

    private static AdamW adam(String backend) {
        return AdamW.builder().learningRate(RATE).weightDecay(0).build(Backends.shared(backend));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void withAMasterTheWeightIsTheRoundingOfTheF32Run(Function<Isospin, Optimizer> make) {
        for (String backend : backends()) {
            for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
                Isospin iso = Backends.shared(backend);
                Run wide = Run.of(make.apply(iso), DType.F32, WeightRounding.nearest(), start(dtype));
                Run narrow = Run.of(make.apply(iso), dtype, WeightRounding.master(), start(dtype));
                for (int t = 1; t <= 30; t++) {
                    wide.step(t, gradient(t));
                    narrow.step(t, gradient(t));
                    Dense rounded = Dense.of(wide.weight().to(dtype));
                    assertThat(narrow.weight().plus(-1, rounded).max()).isZero();
                }
                assertThat(narrow.state("master").plus(-1, wide.weight()).max()).isZero();
            }
        }
    }

    /**
     * Steps of AdamW without decay do not depend on W. In each, the remainder, at most u·|W|, loses 2⁻⁸ of itself; the sum of
     * weight and remainder, and the subtraction in both runs, lose an F32 rounding.
     */
    @ParameterizedTest
    @MethodSource("backends")
    void weightAndRemainderFollowTheF32Run(String backend) {
        for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
            Run wide = Run.of(adam(backend), DType.F32, WeightRounding.nearest(), start(dtype));
            Run narrow = Run.of(adam(backend), dtype, WeightRounding.compensated(), start(dtype));
            Run lossy = Run.of(adam(backend), DType.BF16, WeightRounding.nearest(), start(dtype));
            double bound = 0;
            for (int t = 1; t <= 200; t++) {
                wide.step(t, gradient(t));
                narrow.step(t, gradient(t));
                lossy.step(t, gradient(t));
                double largest = Math.max(wide.weight().max(), narrow.weight().max());
                bound += (BF16 * dtype.unitRoundoff() + 3 * F32) * largest;
                Dense sum = narrow.weight().plus(1, narrow.state("remainder"));
                assertThat(sum.plus(-1, wide.weight()).max()).as("step %d", t).isLessThanOrEqualTo(bound);
            }
            assertThat(lossy.weight().plus(-1, wide.weight()).max()).isGreaterThan(bound);
        }
    }

    /**
     * From W = 1 with gradients of 1 each AdamW step is −η: the mean of n weights deviates from F32's by the roundings, each a
     * choice between numbers at most 2u apart of a deviation of at most u: u·√(t/n). Five times that.
     */
    @ParameterizedTest
    @MethodSource("backends")
    void theMeanOfStochasticRoundingsFollowsTheF32Run(String backend) {
        int n = 64;
        int steps = 200;
        Dense ones = Dense.zero(n, n);
        for (int i = 0; i < n * n; i++) {
            ones.set(i / n, i % n, 1);
        }
        Run wide = Run.of(adam(backend), DType.F32, WeightRounding.nearest(), ones);
        Run narrow = Run.of(adam(backend), DType.BF16, WeightRounding.stochastic(11), ones);
        for (int t = 1; t <= steps; t++) {
            wide.step(t, ones.to(DType.F32));
            narrow.step(t, ones.to(DType.F32));
        }
        double sum = 0;
        for (int i = 0; i < n * n; i++) {
            sum += narrow.w().get(i / n, i % n) - wide.w().get(i / n, i % n);
        }
        assertThat(sum / (n * n)).isCloseTo(0, within(5 * BF16 * Math.sqrt(steps) / n));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void stochasticRoundingsAreThoseOfTheSeed(String backend) {
        Dense[] results = new Dense[3];
        long[] seeds = {5, 5, 6};
        for (int i = 0; i < seeds.length; i++) {
            Run run = Run.of(adam(backend), DType.BF16, WeightRounding.stochastic(seeds[i]), start(DType.BF16));
            run.step(1, gradient(1));
            results[i] = run.weight();
        }
        assertThat(results[1].plus(-1, results[0]).max()).isZero();
        assertThat(results[2].plus(-1, results[0]).max()).isPositive();
    }

    /** W + zero gradient: nothing but the rounding of what is a number of the type already. */
    @ParameterizedTest
    @MethodSource("backends")
    void withoutAStepNothingIsRounded(String backend) {
        for (WeightRounding rounding : List.of(WeightRounding.stochastic(1), WeightRounding.compensated())) {
            Run run = Run.of(adam(backend), DType.BF16, rounding, start(DType.BF16));
            run.step(1, Matrix.allocate(DType.F32, ROWS, COLUMNS));
            assertThat(run.weight().plus(-1, start(DType.BF16)).max()).isZero();
        }
    }
}
