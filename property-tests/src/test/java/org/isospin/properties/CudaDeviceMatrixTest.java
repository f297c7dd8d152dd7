package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.gpu.DeviceScope;
import org.isospin.polar.Msign;
import org.isospin.properties.Operation.Outcome;
import org.isospin.properties.Operation.Problem;
import org.isospin.properties.Operation.Results;
import org.isospin.properties.StandInKnobs.Knob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Matrices on the device, through every operation of the table. */
class CudaDeviceMatrixTest {
    @BeforeEach
    void needsTheStandIn() {
        StandInKnobs.assume();
    }

    static Stream<Operation> operations() {
        return Operations.all().stream().filter(o -> o.results() == Results.TO_OUTPUTS);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void givesTheBitsOfHostMatricesAndLeavesInputsAlone(Operation operation) {
        Isospin iso = Backends.shared(Backends.CUDA);
        for (DType dtype : DType.values()) {
            Problem problem = operation.problems().make(23, 23, 5);
            Outcome expected = Runs.onHeap(iso, operation, problem, dtype);
            try (Arena arena = Arena.ofConfined();
                    DeviceScope scope = DeviceScope.open()) {
                Matrix[] inputs = upload(scope, Runs.inputs(arena, Layout.HEAP, problem, dtype));
                Matrix[] outputs = upload(scope, Runs.outputs(arena, Layout.HEAP, problem, dtype));
                List<Dense> before = dense(inputs);
                double[] numbers = operation.body().run(iso, inputs, outputs);
                Outcome found = new Outcome(
                        dense(outputs), Arrays.stream(numbers).boxed().toList());
                assertThat(Runs.isSame(found, expected))
                        .as("%s %s", operation, dtype)
                        .isTrue();
                for (int i = 0; i < inputs.length; i++) {
                    assertThat(Dense.of(inputs[i].copy()).hasBitsOf(before.get(i)))
                            .isTrue();
                }
            }
        }
    }

    private static Matrix[] upload(DeviceScope scope, List<Placed> placed) {
        return placed.stream().map(p -> scope.upload(p.matrix())).toArray(Matrix[]::new);
    }

    private static List<Dense> dense(Matrix[] matrices) {
        return Arrays.stream(matrices).map(m -> Dense.of(m.copy())).toList();
    }

    @Test
    void nothingIsCopiedBetweenCallsOnTheDevice() {
        try (Isospin iso = Isospin.named("cuda");
                DeviceScope scope = DeviceScope.open()) {
            Matrix a = scope.upload(Generators.gaussian(50, 40, 1).to(DType.F32));
            Matrix x = scope.allocate(DType.F32, 50, 40);
            iso.msign(a, x, Msign.polarExpress(5));
            int copies = StandInKnobs.count(Knob.COPIES);
            int waits = StandInKnobs.count(Knob.WAITS);
            for (int i = 0; i < 10; i++) {
                iso.msign(x, x, Msign.polarExpress(5));
            }
            assertThat(StandInKnobs.count(Knob.COPIES)).isEqualTo(copies);
            assertThat(StandInKnobs.count(Knob.WAITS)).isEqualTo(waits);
        }
    }

    @Test
    void copiesConvertTransposeAndTakeViews() {
        Dense values = Generators.gaussian(9, 6, 3);
        try (DeviceScope scope = DeviceScope.open()) {
            Matrix a = scope.allocate(DType.F64, 9, 6);
            values.to(DType.F64).copyTo(a);
            Matrix wide = Matrix.allocate(DType.F64, 6, 9);
            a.transposed().copyTo(wide);
            assertThat(Dense.of(wide.transposed()).hasBitsOf(values)).isTrue();
            Matrix narrow = scope.allocate(DType.BF16, 9, 6);
            a.copyTo(narrow);
            assertThat(Dense.of(narrow.copy()).hasBitsOf(Dense.of(values.to(DType.BF16))))
                    .isTrue();
            Matrix part = a.view(2, 1, 4, 3).copy();
            assertThat(Dense.of(part).hasBitsOf(Dense.of(values.to(DType.F64).view(2, 1, 4, 3))))
                    .isTrue();
        }
    }

    @Test
    void elementsAreOutOfReachAndTheScopeCloses() {
        DeviceScope scope = DeviceScope.open();
        Matrix a = scope.allocate(DType.F32, 3, 3);
        Matrix host = Matrix.allocate(DType.F32, 3, 3);
        assertThatThrownBy(() -> a.get(0, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cuda:0 (stand-in)")
                .hasMessageContaining("copyTo");
        scope.close();
        scope.close();
        assertThatThrownBy(() -> a.copyTo(host))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> Backends.shared(Backends.CUDA).polar(a, host))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> scope.allocate(DType.F32, 1, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void hostBackendsRefuseDeviceMatrices() {
        try (DeviceScope scope = DeviceScope.open()) {
            Matrix a = scope.upload(Generators.gaussian(3, 3, 3).to(DType.F32));
            assertThatThrownBy(
                            () -> Backends.shared(Backends.REFERENCE).multiply(a, a, Matrix.allocate(DType.F32, 3, 3)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("copyTo");
        }
    }

    @Test
    void aScopeInUseCannotBeClosed() {
        DeviceScope scope = DeviceScope.open();
        Matrix a = scope.upload(Generators.gaussian(6, 6, 1).to(DType.F32));
        List<Throwable> refusals = new ArrayList<>();
        Isospin iso = Backends.shared(Backends.CUDA).withProgress((operation, done, total) -> {
            try {
                scope.close();
            } catch (IllegalStateException e) {
                refusals.add(e);
            }
        });
        iso.msign(a, a, Msign.polarExpress(5));
        assertThat(refusals)
                .hasSize(5)
                .first()
                .satisfies(e -> assertThat(e)
                        .hasMessageContaining("cuda:0 (stand-in)")
                        .hasMessageContaining("a running call uses its matrices"));
        assertThat(a.copy().rows()).isEqualTo(6);
        scope.close();
        assertThatThrownBy(a::copy).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void callersOnManyThreadsShareAScope() {
        SkewMatrix host = Generators.skew(DType.F64, 30, 1, 1);
        try (Isospin iso = Isospin.named("cuda");
                DeviceScope scope = DeviceScope.open()) {
            SkewMatrix a = scope.upload(host);
            Matrix expected = iso.exp(host);
            List<CompletableFuture<Boolean>> calls = Stream.generate(() -> CompletableFuture.supplyAsync(() -> {
                        Matrix q = scope.allocate(DType.F64, 30, 30);
                        iso.exp(a, q);
                        return Dense.of(q.copy()).hasBitsOf(Dense.of(expected));
                    }))
                    .limit(32)
                    .toList();
            assertThat(calls).allMatch(CompletableFuture::join);
        }
    }
}
