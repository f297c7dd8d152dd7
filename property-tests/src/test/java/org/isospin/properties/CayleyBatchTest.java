package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Order;
import org.isospin.SkewBatch;
import org.isospin.SkewMatrix;
import org.isospin.backend.ReferenceBackend;
import org.isospin.rotation.Cayley;
import org.isospin.rotation.CayleyDerivative;
import org.isospin.rotation.CayleyNeumann;
import org.isospin.rotation.CayleyNeumannDerivative;
import org.isospin.rotation.CayleyStep;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches of the Cayley family beside the single forms: the same bits, block by block. */
class CayleyBatchTest {
    private static final int ORDER = 3;
    private static final CayleyStep STEP = CayleyStep.FULL;

    /** A map of blocks, and of one block. */
    private record Map(String name, BatchCall batch, SkewMap single) {}

    /** A vector–Jacobian product of blocks, and of one block. */
    private record Vjp(String name, VjpCall batch, CayleyDerivativeLaws.Vjp single) {}

    @FunctionalInterface
    private interface BatchCall {
        void run(SkewBatch a, MatrixBatch out);
    }

    @FunctionalInterface
    private interface VjpCall {
        void run(SkewBatch a, MatrixBatch cotangent, SkewBatch out);
    }

    private static List<Map> maps(Isospin iso) {
        return List.of(
                new Map("cayley", (a, out) -> Cayley.batched(iso, a, STEP, out), (a, out) -> iso.cayley(a, STEP, out)),
                new Map(
                        "product",
                        (a, out) -> CayleyNeumann.productBatched(iso, a, ORDER, STEP, out),
                        (a, out) -> iso.cayleyNeumann(a, ORDER, STEP, out)),
                new Map(
                        "series",
                        (a, out) -> CayleyNeumann.seriesBatched(iso, a, ORDER, STEP, out),
                        (a, out) -> iso.cayleySeries(a, ORDER, STEP, out)));
    }

    private static List<Vjp> vjps(Isospin iso) {
        return List.of(
                new Vjp(
                        "cayley",
                        (a, g, out) -> CayleyDerivative.vjpBatched(iso, a, STEP, g, out),
                        (a, g, out) -> CayleyDerivative.vjp(iso, a, STEP, g, out)),
                new Vjp(
                        "product",
                        (a, g, out) -> CayleyNeumannDerivative.productVjpBatched(iso, a, ORDER, STEP, g, out),
                        (a, g, out) -> CayleyNeumannDerivative.productVjp(iso, a, ORDER, STEP, g, out)),
                new Vjp(
                        "series",
                        (a, g, out) -> CayleyNeumannDerivative.seriesVjpBatched(iso, a, ORDER, STEP, g, out),
                        (a, g, out) -> CayleyNeumannDerivative.seriesVjp(iso, a, ORDER, STEP, g, out)));
    }

    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(DType.values())
                        .filter(t -> !b.equals(Backends.DEFERRED) || t == t.computeType())
                        .map(t -> Arguments.of(b, t)));
    }

    static Stream<Arguments> fastBackendsAndBlocks() {
        String fast = Backends.available().contains(Backends.SIMD) ? Backends.SIMD : Backends.REFERENCE;
        return Stream.of(16, 32, 64)
                .flatMap(n -> Stream.of(DType.F32, DType.F64).map(t -> Arguments.of(fast, t, n)));
    }

    /** Normal elements, scaled so that blocks of every path are among them: ‖A‖ from below ¼ to beyond 1. */
    private static SkewBatch blocks(DType dtype, int count, int n, long seed) {
        SkewBatch out = SkewBatch.allocate(dtype, count, n);
        Dense elements = Generators.gaussian(count, SkewMatrix.packedLength(n), seed);
        for (int i = 0; i < count; i++) {
            double scale = (0.05 + 0.2 * (i % 5)) / Math.sqrt(n);
            for (int j = 0; j < elements.columns(); j++) {
                out.packed().set(i, j, scale * elements.get(i, j));
            }
        }
        return out;
    }

    private static MatrixBatch garbage(DType dtype, int count, int n) {
        MatrixBatch out = MatrixBatch.allocate(dtype, count, n, n);
        for (int i = 0; i < count; i++) {
            Generators.garbage(out.get(i));
        }
        return out;
    }

    private static MatrixBatch cotangents(DType dtype, int count, int n, long seed) {
        MatrixBatch out = MatrixBatch.allocate(dtype, count, n, n);
        for (int i = 0; i < count; i++) {
            Generators.gaussian(n, n, seed + i).to(dtype).copyTo(out.get(i));
        }
        return out;
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void everyBlockHasTheBitsOfTheSingleForm(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {0, 1, 2, 3, 8, 17, 40, 65}) {
            for (int count : new int[] {0, 1, 7}) {
                check(iso, dtype, count, n);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fastBackendsAndBlocks")
    void aThousandBlocksHaveTheBitsOfTheSingleForm(String backend, DType dtype, int n) {
        check(Backends.shared(backend), dtype, 1024, n);
    }

    private static void check(Isospin iso, DType dtype, int count, int n) {
        SkewBatch a = blocks(dtype, count, n, n);
        for (Map map : maps(iso)) {
            MatrixBatch out = garbage(dtype, count, n);
            map.batch().run(a, out);
            for (int i = 0; i < count; i++) {
                assertThat(Dense.of(out.get(i)).hasBitsOf(Subjects.apply(map.single(), a.get(i))))
                        .as("%s, %s, n = %d, block %d of %d", map.name(), dtype, n, i, count)
                        .isTrue();
            }
        }
        MatrixBatch g = cotangents(dtype, count, n, n);
        for (Vjp vjp : vjps(iso)) {
            SkewBatch out = SkewBatch.allocate(dtype, count, n);
            Generators.garbage(out.packed());
            vjp.batch().run(a, g, out);
            SkewMatrix expected = SkewMatrix.allocate(dtype, n);
            for (int i = 0; i < count; i++) {
                vjp.single().apply(a.get(i), g.get(i), expected);
                assertThat(Dense.of(out.get(i)).hasBitsOf(Dense.of(expected)))
                        .as("vjp of %s, %s, n = %d, block %d of %d", vjp.name(), dtype, n, i, count)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fastBackendsAndBlocks")
    void everyBlockOfThousandsObeysTheLaws(String backend, DType dtype, int n) {
        Isospin iso = Backends.shared(backend);
        SkewBatch a = blocks(dtype, 1024, n, 1);
        MatrixBatch out = garbage(dtype, 1024, n);
        Cayley.batched(iso, a, STEP, out);
        for (int i = 0; i < 1024; i += 31) {
            int block = i;
            SkewMap map = (x, q) -> out.get(block).copyTo(q);
            CayleyLaws.orthogonality(map, STEP, a.get(i)).orThrow();
            CayleyLaws.equation(map, STEP, a.get(i)).orThrow();
        }
        CayleyNeumann.productBatched(iso, a, ORDER, STEP, out);
        for (int i = 0; i < 1024; i += 31) {
            int block = i;
            SkewMap map = (x, q) -> out.get(block).copyTo(q);
            CayleyNeumannLaws.polynomial(map, ORDER, 1, STEP, a.get(i)).orThrow();
            CayleyNeumannLaws.truncation(map, ORDER, 1, STEP, a.get(i)).orThrow();
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void aBadBlockHarmsNoOther(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int n = 20;
        SkewBatch a = blocks(dtype, 5, n, 2);
        a.packed().set(2, 7, Double.NaN);
        for (Map map : maps(iso)) {
            MatrixBatch out = garbage(dtype, 5, n);
            map.batch().run(a, out);
            for (int i = 0; i < 5; i++) {
                assertThat(Dense.of(out.get(i)).isFinite()).as(map.name()).isEqualTo(i != 2);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void layoutsAreFreeAndCotangentsMayReplaceTheirInputs(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int n = 12;
        int count = 4;
        SkewBatch a = blocks(dtype, count, n, 3);
        for (Map map : maps(iso)) {
            MatrixBatch dense = garbage(dtype, count, n);
            map.batch().run(a, dense);
            Matrix memory = Matrix.allocate(dtype, 1, count * (n + 1) * (n + 3));
            for (Order order : Order.values()) {
                MatrixBatch out =
                        MatrixBatch.wrap(memory.storage(), 0, dtype, count, n, n, n + 1, order, (n + 1L) * (n + 2));
                map.batch().run(a, out);
                for (int i = 0; i < count; i++) {
                    assertThat(Dense.of(out.get(i)).hasBitsOf(Dense.of(dense.get(i))))
                            .as(map.name())
                            .isTrue();
                }
            }
        }
        MatrixBatch g = cotangents(dtype, count, n, 4);
        for (Vjp vjp : vjps(iso)) {
            SkewBatch apart = SkewBatch.allocate(dtype, count, n);
            vjp.batch().run(a, g, apart);
            SkewBatch inPlace = blocks(dtype, count, n, 3);
            vjp.batch().run(inPlace, g, inPlace);
            assertThat(Dense.of(inPlace.packed()).hasBitsOf(Dense.of(apart.packed())))
                    .as(vjp.name())
                    .isTrue();
        }
    }

    @Test
    void wrongShapesAreNamed() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        SkewBatch a = SkewBatch.allocate(DType.F64, 3, 5);
        for (Map map : maps(iso)) {
            assertThatThrownBy(() -> map.batch().run(a, MatrixBatch.allocate(DType.F64, 2, 5, 5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 blocks")
                    .hasMessageContaining("2");
            assertThatThrownBy(() -> map.batch().run(a, MatrixBatch.allocate(DType.F64, 3, 4, 5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("5 x 5")
                    .hasMessageContaining("4 x 5");
        }
        MatrixBatch g = MatrixBatch.allocate(DType.F64, 3, 5, 5);
        for (Vjp vjp : vjps(iso)) {
            assertThatThrownBy(() -> vjp.batch().run(a, g, SkewBatch.allocate(DType.F64, 3, 6)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("order 5")
                    .hasMessageContaining("order 6");
            assertThatThrownBy(() -> vjp.batch().run(a, MatrixBatch.allocate(DType.F64, 4, 5, 5), a))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3 blocks")
                    .hasMessageContaining("4");
        }
    }

    @Test
    void progressIsToldAndMayCancel() {
        try (Isospin iso = Backends.open(Backends.REFERENCE)) {
            SkewBatch a = blocks(DType.F64, 9, 4, 5);
            MatrixBatch out = garbage(DType.F64, 9, 4);
            List<Integer> heard = new ArrayList<>();
            CayleyNeumann.productBatched(
                    iso.withProgress((operation, done, total) -> heard.add(done)), a, ORDER, STEP, out);
            assertThat(heard).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
            Isospin cancelled = iso.withProgress((operation, done, total) -> {
                if (done == 4) {
                    throw new CancellationException();
                }
            });
            assertThatThrownBy(() -> Cayley.batched(cancelled, a, STEP, out)).isInstanceOf(CancellationException.class);
            Cayley.batched(iso, a, STEP, out);
            assertThat(Dense.of(out.get(8)).isFinite()).isTrue();
        }
    }

    @Test
    void truncationsNeverWaitAndTransformsReadANumberABlock() {
        DeferredBackend backend = new DeferredBackend(new ReferenceBackend());
        try (Isospin iso = Isospin.on(backend)) {
            SkewBatch a = blocks(DType.F64, 6, 8, 6);
            MatrixBatch out = garbage(DType.F64, 6, 8);
            CayleyNeumann.productBatched(iso, a, ORDER, STEP, out);
            assertThat(backend.waits()).isZero();
            Cayley.batched(iso, a, STEP, out);
            assertThat(backend.waits()).isEqualTo(6);
        }
    }
}
