package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.gpu.DeviceScope;
import org.isospin.optim.AdamW;
import org.isospin.optim.Muon;
import org.isospin.optim.MuonR;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Pion;
import org.isospin.optim.RotationMap;
import org.isospin.optim.Routing;
import org.isospin.optim.WeightRounding;
import org.isospin.properties.StandInKnobs.Knob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimizers whose weights are on a device: their state is there too, and a step neither waits nor copies. */
class CudaOptimizerTest {
    private static final int ROWS = 24;
    private static final int COLUMNS = 40;
    private static final int STEPS = 4;

    /** An optimizer that documents no waits. */
    record Kind(String name, DType dtype, WeightRounding rounding, Function<Isospin, Optimizer> maker) {
        ParameterSpec spec() {
            return ParameterSpec.matrix("w", dtype, ROWS, COLUMNS, Orientation.OUT_IN)
                    .withRounding(rounding);
        }

        Matrix weight() {
            return Generators.gaussian(ROWS, COLUMNS, 1).to(dtype);
        }

        Matrix gradient(long t) {
            return Generators.gaussian(ROWS, COLUMNS, 100 + t).to(dtype);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Optimizer pion(Isospin iso) {
        return Pion.builder().map(RotationMap.truncatedExp(2)).build(iso);
    }

    private static Optimizer muon(Isospin iso) {
        return Muon.builder().build(iso);
    }

    static Stream<Kind> kinds() {
        WeightRounding nearest = WeightRounding.nearest();
        return Stream.of(
                new Kind("AdamW", DType.F32, nearest, iso -> AdamW.builder().build(iso)),
                new Kind("Muon", DType.F32, nearest, CudaOptimizerTest::muon),
                new Kind("MuonR", DType.F32, nearest, iso -> MuonR.builder().build(iso)),
                new Kind("Pion", DType.F32, nearest, CudaOptimizerTest::pion),
                new Kind("Pion F64", DType.F64, nearest, CudaOptimizerTest::pion),
                new Kind("Pion masters", DType.BF16, WeightRounding.master(), CudaOptimizerTest::pion),
                new Kind("Muon compensated", DType.BF16, WeightRounding.compensated(), CudaOptimizerTest::muon),
                new Kind(
                        "routed",
                        DType.F32,
                        nearest,
                        iso -> Routing.of(pion(iso), AdamW.builder().build(iso))));
    }

    private Map<Knob, Integer> before = Map.of();

    @BeforeEach
    void count() {
        StandInKnobs.assume();
        before = StandInKnobs.alive();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(StandInKnobs.alive()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void stepsNeitherWaitNorCopyAndGiveTheBitsOfHostWeights(Kind kind) {
        Matrix expected = kind.weight();
        double norm;
        try (Isospin iso = Isospin.named("cuda")) {
            Optimizer optimizer = kind.maker().apply(iso);
            ParameterId id = optimizer.register(kind.spec(), expected);
            for (int t = 1; t <= STEPS; t++) {
                optimizer.step(t, id, expected, kind.gradient(t));
            }
            norm = optimizer.report(id).updateNorm();
        }
        try (Isospin iso = Isospin.named("cuda");
                DeviceScope scope = DeviceScope.open()) {
            Optimizer optimizer = kind.maker().apply(iso);
            Matrix weight = scope.upload(kind.weight());
            List<Matrix> gradients = Stream.iterate(1, t -> t <= STEPS, t -> t + 1)
                    .map(t -> scope.upload(kind.gradient(t)))
                    .toList();
            ParameterId id = optimizer.register(kind.spec(), weight);
            optimizer.step(1, id, weight, gradients.getFirst());
            int copies = StandInKnobs.count(Knob.COPIES);
            int waits = StandInKnobs.count(Knob.WAITS);
            for (int t = 2; t <= STEPS; t++) {
                optimizer.step(t, id, weight, gradients.get(t - 1));
            }
            assertThat(StandInKnobs.count(Knob.WAITS)).as("waits").isEqualTo(waits);
            assertThat(StandInKnobs.count(Knob.COPIES)).as("copies").isEqualTo(copies);
            assertThat(Dense.of(weight.copy()).hasBitsOf(Dense.of(expected))).isTrue();
            assertThat(optimizer.report(id).updateNorm()).isEqualTo(norm).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void resumedFromAFileTheBitsAreThoseOfTheUninterruptedRun(Kind kind, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("state.safetensors");
        Dense uninterrupted;
        Matrix half;
        try (Isospin iso = Isospin.named("cuda");
                DeviceScope scope = DeviceScope.open()) {
            Optimizer optimizer = kind.maker().apply(iso);
            Matrix weight = scope.upload(kind.weight());
            ParameterId id = optimizer.register(kind.spec(), weight);
            optimizer.step(1, id, weight, kind.gradient(1));
            optimizer.save(file);
            half = weight.copy();
            optimizer.step(2, id, weight, kind.gradient(2));
            uninterrupted = Dense.of(weight.copy());
        }
        try (Isospin iso = Isospin.named("cuda");
                DeviceScope scope = DeviceScope.open()) {
            Optimizer optimizer = kind.maker().apply(iso);
            Matrix weight = scope.upload(half);
            ParameterId id = optimizer.register(kind.spec(), weight);
            optimizer.load(file);
            optimizer.step(2, id, weight, kind.gradient(2));
            assertThat(Dense.of(weight.copy()).hasBitsOf(uninterrupted)).isTrue();
        }
    }
}
