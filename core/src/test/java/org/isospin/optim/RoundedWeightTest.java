package org.isospin.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The base's part of {@link WeightRounding}: state, files, exceptions, seen with a rule that subtracts gradients. */
class RoundedWeightTest {
    private static final WeightRounding[] KEEPING = {WeightRounding.master(), WeightRounding.compensated()};

    private final Isospin iso = Isospin.named("reference");

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        iso.close();
    }

    /** W ← W − G. */
    private static final class Sgd extends AbstractOptimizer {
        private final Supplier<RuntimeException> failure;
        private boolean isFailing;

        Sgd(Isospin iso, Supplier<RuntimeException> failure) {
            super(iso);
            this.failure = failure;
        }

        @Override
        UpdateRule rule(ParameterSpec spec) {
            return new UpdateRule() {
                @Override
                void declare(StateLayout layout) {
                    layout.matrix("steps", 1, 1);
                }

                @Override
                void update(BlockStep step) {
                    step.stream().combine(1, step.weight(), -1, step.gradient(), 0, step.newWeight());
                    step.stream().copy(step.state("steps"), step.next("steps"));
                    step.stream().addDiagonal(1, step.next("steps"));
                    if (isFailing) {
                        throw failure.get();
                    }
                }
            };
        }

        @Override
        SequencedMap<String, String> options() {
            return new LinkedHashMap<>();
        }
    }

    private Sgd sgd() {
        return new Sgd(iso, ArithmeticException::new);
    }

    private static ParameterSpec spec(DType dtype) {
        return ParameterSpec.matrix("w", dtype, 3, 2, Orientation.IN_OUT);
    }

    private static Matrix ones(DType dtype, double factor) {
        Matrix m = Matrix.allocate(dtype, 3, 2);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 2; j++) {
                m.set(i, j, factor);
            }
        }
        return m;
    }

    /** A gradient of a quarter of the distance of neighbours below 1: lost, or kept for the time when there are three. */
    private static final double SMALL = 0x1p-10;

    @Test
    void whatIsLostWithoutStateIsKeptWithIt() {
        for (DType dtype : new DType[] {DType.BF16, DType.F16}) {
            double small = dtype.unitRoundoff() / 4;
            for (WeightRounding rounding : KEEPING) {
                Sgd sgd = sgd();
                ParameterId id = sgd.register(spec(dtype).withRounding(rounding));
                Matrix w = ones(dtype, 1);
                sgd.step(1, id, w, ones(DType.F32, small));
                assertThat(w.get(0, 0)).isEqualTo(1);
                sgd.step(2, id, w, ones(DType.F32, small));
                sgd.step(3, id, w, ones(DType.F32, small));
                assertThat(w.get(2, 1)).isEqualTo(1 - dtype.unitRoundoff());
                boolean isMaster = rounding.equals(WeightRounding.master());
                assertThat(sgd.state(id, isMaster ? "master" : "remainder").get(1, 2))
                        .isEqualTo(isMaster ? 1 - 3 * small : small);
                assertThat(sgd.report(id).updateNorm()).isEqualTo(small * Math.sqrt(6), within(1e-12));
            }
            Sgd plain = sgd();
            ParameterId id = plain.register(spec(dtype));
            Matrix w = ones(dtype, 1);
            for (int t = 1; t <= 3; t++) {
                plain.step(t, id, w, ones(DType.F32, small));
            }
            assertThat(w.get(2, 1)).isEqualTo(1);
        }
    }

    @Test
    void theStateIsCountedAndNamed() {
        Sgd sgd = sgd();
        ParameterId nearest = sgd.register(spec(DType.BF16));
        long base = sgd.stateBytes();
        ParameterId master = sgd.register(new ParameterSpecs("m").rounded(WeightRounding.master()));
        assertThat(sgd.stateBytes()).isEqualTo(2 * base + 6 * Float.BYTES);
        ParameterId compensated = sgd.register(new ParameterSpecs("c").rounded(WeightRounding.compensated()));
        assertThat(sgd.stateBytes()).isEqualTo(3 * base + 6 * Float.BYTES + 6 * Short.BYTES);
        ParameterId stochastic = sgd.register(new ParameterSpecs("s").rounded(WeightRounding.stochastic(4)));
        assertThat(sgd.stateBytes()).isEqualTo(4 * base + 6 * Float.BYTES + 6 * Short.BYTES);
        assertThat(sgd.stateNames(nearest)).containsExactly("whole/steps");
        assertThat(sgd.stateNames(master)).containsExactly("whole/steps", "master");
        assertThat(sgd.stateNames(compensated)).containsExactly("whole/steps", "remainder");
        assertThat(sgd.stateNames(stochastic)).containsExactly("whole/steps");
        assertThat(nearest.spec().describe()).doesNotContain("rounding");
        assertThat(master.spec().describe()).endsWith("master rounding");
        assertThat(stochastic.spec().describe()).endsWith("stochastic(4) rounding");
    }

    private record ParameterSpecs(String name) {
        ParameterSpec rounded(WeightRounding rounding) {
            return ParameterSpec.matrix(name, DType.BF16, 3, 2, Orientation.IN_OUT)
                    .withRounding(rounding)
                    .withRole(Role.HIDDEN)
                    .withSplit(BlockSplit.whole())
                    .withOrientation(Orientation.OUT_IN);
        }
    }

    @Test
    void wideWeightsTakeNearestRoundingAlone() {
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            assertThat(spec(dtype).withRounding(WeightRounding.nearest()).rounding())
                    .isEqualTo(WeightRounding.nearest());
            for (WeightRounding rounding : new WeightRounding[] {
                WeightRounding.master(), WeightRounding.compensated(), WeightRounding.stochastic(1)
            }) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> spec(dtype).withRounding(rounding))
                        .withMessageContaining("w: " + rounding + " rounding is for BF16 and F16 weights; " + dtype);
            }
        }
    }

    @Test
    void anExceptionAndANonFiniteGradientChangeNothing() {
        for (WeightRounding rounding : KEEPING) {
            for (int steps : new int[] {0, 3}) {
                Sgd sgd = sgd();
                ParameterId id = sgd.register(spec(DType.BF16).withRounding(rounding));
                String name = sgd.stateNames(id).getLast();
                Matrix w = ones(DType.BF16, 1);
                for (int t = 1; t <= steps; t++) {
                    sgd.step(t, id, w, ones(DType.F32, SMALL));
                }
                Matrix before = w.copy();
                Matrix kept = sgd.state(id, name);
                sgd.isFailing = true;
                assertThatExceptionOfType(ArithmeticException.class)
                        .isThrownBy(() -> sgd.step(4, id, w, ones(DType.F32, 1)));
                assertThat(sgd.state(id, name).get(1, 2)).isEqualTo(kept.get(1, 2));
                sgd.isFailing = false;
                Matrix bad = ones(DType.F32, 1);
                bad.set(0, 0, Double.NaN);
                sgd.step(4, id, w, bad);
                assertThat(w.get(2, 1)).isEqualTo(before.get(2, 1));
                boolean isFirst = steps == 0 && rounding.equals(WeightRounding.master());
                assertThat(sgd.state(id, name).get(1, 2)).isEqualTo(isFirst ? 1 : kept.get(1, 2));
                sgd.step(5, id, w, ones(DType.F32, 0.5));
                assertThat(w.get(2, 1)).isEqualTo(steps == 0 ? 0.5 : 0.5 - 0x1p-9, within(0x1p-9));
            }
        }
    }

    @Test
    void aMasterIsTakenFromTheWeightUntilItIsGiven() throws Exception {
        ParameterSpec spec = spec(DType.BF16).withRounding(WeightRounding.master());
        Sgd first = sgd();
        ParameterId id = first.register(spec);
        first.setState(id, "whole/steps", Matrix.wrap(new double[] {5}, 1, 1));
        Path file = folder.resolve("state.safetensors");
        first.save(file);
        Sgd second = sgd();
        ParameterId loaded = second.register(spec);
        second.load(file);
        Matrix w = ones(DType.BF16, 1);
        second.step(6, loaded, w, ones(DType.F32, 0.25));
        assertThat(w.get(0, 0)).isEqualTo(0.75);
        assertThat(second.state(loaded, "whole/steps").get(0, 0)).isEqualTo(6);
        second.setState(loaded, "master", Matrix.wrap(new double[] {4, 4, 4, 4, 4, 4}, 2, 3));
        second.step(7, loaded, w, ones(DType.F32, 0.25));
        assertThat(w.get(0, 0)).isEqualTo(3.75);
    }

    @Test
    void aFileOfAnotherRoundingIsRefused() throws Exception {
        Path file = folder.resolve("state.safetensors");
        Sgd first = sgd();
        first.register(spec(DType.BF16).withRounding(WeightRounding.master()));
        first.save(file);
        Sgd second = sgd();
        second.register(spec(DType.BF16).withRounding(WeightRounding.compensated()));
        OptimizerStateException refusal = catchThrowableOfType(OptimizerStateException.class, () -> second.load(file));
        assertThat(refusal.getMessage())
                .contains("master rounding")
                .contains("compensated rounding")
                .contains("remainder");
    }
}
