package org.isospin.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.Order;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the base promises for every optimizer, seen with a rule that records what it is given. */
class OptimizerTest {
    private final Isospin iso = Isospin.named("reference");

    @AfterEach
    void close() {
        iso.close();
    }

    /** W ← W − G, with a running sum of gradients; runs a hook in the middle of a step. */
    private static final class Sgd extends AbstractOptimizer {
        private final AtomicReference<Runnable> hook = new AtomicReference<>(() -> {});

        Sgd(Isospin iso) {
            super(iso);
        }

        @Override
        UpdateRule rule(ParameterSpec spec) {
            return new UpdateRule() {
                @Override
                void declare(StateLayout layout) {
                    layout.likeWeight("sum").constant("first", layout.outputs(), layout.inputs());
                }

                @Override
                void initialize(BlockStep step) {
                    step.stream().copy(step.weight(), step.state("first"));
                }

                @Override
                void update(BlockStep step) {
                    step.stream().combine(1, step.state("sum"), 1, step.gradient(), 0, step.next("sum"));
                    hook.get().run();
                    step.stream().combine(1, step.weight(), -1, step.gradient(), 0, step.newWeight());
                }
            };
        }

        @Override
        SequencedMap<String, String> options() {
            return new LinkedHashMap<>();
        }
    }

    private static Matrix counting(DType dtype, int rows, int columns) {
        Matrix m = Matrix.allocate(dtype, rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                m.set(i, j, i * columns + j + 1);
            }
        }
        return m;
    }

    private static void assertEqual(Matrix actual, Matrix expected) {
        assertThat(actual.rows()).isEqualTo(expected.rows());
        for (int i = 0; i < expected.rows(); i++) {
            for (int j = 0; j < expected.columns(); j++) {
                assertThat(actual.get(i, j)).isEqualTo(expected.get(i, j));
            }
        }
    }

    private static ParameterSpec spec(DType dtype) {
        return ParameterSpec.matrix("w", dtype, 4, 3, Orientation.OUT_IN);
    }

    @Test
    void stateIsInTheComputeTypeAndKnownBeforeAnyStep() {
        for (DType dtype : DType.values()) {
            Sgd sgd = new Sgd(iso);
            sgd.register(spec(dtype));
            int bytes = dtype == DType.F64 ? Double.BYTES : Float.BYTES;
            assertThat(sgd.stateBytes()).isEqualTo(2 * 12 * bytes + StepReport.SIZE * Double.BYTES);
        }
    }

    @Test
    void aNonFiniteGradientLeavesWeightAndStateAndIsCounted() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            Sgd sgd = new Sgd(iso);
            ParameterId id = sgd.register(spec(DType.F32));
            Matrix w = counting(DType.F32, 4, 3);
            Matrix g = counting(DType.F32, 4, 3);
            sgd.step(1, id, w, g);
            Matrix before = w.copy();
            Matrix sum = sgd.state(id, "whole/sum");
            double norm = sgd.report(id).updateNorm();
            g.set(2, 1, value);
            sgd.step(2, id, w, g);
            sgd.step(3, id, w, g);
            assertEqual(w, before);
            assertEqual(sgd.state(id, "whole/sum"), sum);
            assertThat(sgd.report(id).skipped()).isEqualTo(2);
            assertThat(sgd.report(id).updateNorm()).isEqualTo(norm).isEqualTo(Math.sqrt(650));
        }
    }

    @Test
    void anExceptionChangesNothing() {
        Sgd sgd = new Sgd(iso);
        ParameterId id = sgd.register(spec(DType.F32).withSplit(BlockSplit.heads(2)));
        Matrix w = counting(DType.F32, 4, 3);
        Matrix before = w.copy();
        int[] calls = {0};
        sgd.hook.set(() -> {
            if (++calls[0] == 2) {
                throw new ArithmeticException("in the second block");
            }
        });
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> sgd.step(1, id, w, before));
        assertEqual(w, before);
        assertEqual(sgd.state(id, "head0/sum"), Matrix.allocate(DType.F32, 2, 3));
        sgd.step(1, id, w, before);
        assertEqual(w, Matrix.allocate(DType.F32, 4, 3));
    }

    @Test
    void blocksAreTheRowsOfOutputs() {
        BlockSplit split = BlockSplit.groupedQkv(2, 2, 1, QkvBlocks.PROJECTIONS);
        for (Orientation orientation : Orientation.values()) {
            boolean isOutIn = orientation == Orientation.OUT_IN;
            Sgd sgd = new Sgd(iso);
            ParameterId id =
                    sgd.register(ParameterSpec.matrix("qkv", DType.BF16, isOutIn ? 8 : 3, isOutIn ? 3 : 8, orientation)
                            .withSplit(split));
            Matrix w = counting(DType.BF16, 8, 3);
            Matrix g = counting(DType.F64, 8, 3);
            Matrix wide = Matrix.allocate(DType.BF16, 3, 8);
            w.copyTo(wide.transposed());
            sgd.step(1, id, isOutIn ? w : wide, isOutIn ? g : g.transposed());
            assertThat(sgd.stateNames(id))
                    .containsExactly("query/sum", "query/first", "key/sum", "key/first", "value/sum", "value/first");
            Matrix query = sgd.state(id, "query/sum");
            assertThat(query.get(2, 0)).isEqualTo(g.get(4, 0));
            assertThat(query.get(3, 2)).isEqualTo(g.get(5, 2));
            assertThat(sgd.state(id, "key/first").get(1, 1)).isEqualTo(g.get(6, 1));
            assertEqual(isOutIn ? w : wide.transposed(), Matrix.allocate(DType.F32, 8, 3));
        }
    }

    @Test
    void everySplitCoversAllOutputsOnce() {
        for (QkvBlocks blocks : QkvBlocks.values()) {
            for (BlockSplit split : List.of(BlockSplit.qkv(4, 2, 3, blocks), BlockSplit.groupedQkv(2, 2, 3, blocks))) {
                boolean[] seen = new boolean[24];
                for (BlockSplit.Block block : split.blocks(24)) {
                    for (BlockSplit.Range range : block.ranges()) {
                        for (int i = range.first(); i < range.first() + range.count(); i++) {
                            assertThat(seen[i]).as(split + " " + i).isFalse();
                            seen[i] = true;
                        }
                    }
                }
                assertThat(seen).doesNotContain(false);
            }
        }
        assertThat(BlockSplit.gateUp().blocks(6)).hasSize(2);
        assertThat(BlockSplit.parts(1, 2, 3).blocks(6)).hasSize(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(DType.F32).withSplit(BlockSplit.heads(3)))
                .withMessageContaining("4 cannot be split into 3 equal parts");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(DType.F32).withSplit(BlockSplit.parts(1, 2)))
                .withMessageContaining("covers 3 outputs");
    }

    @Test
    void tensorsAreStepedAsMatrices() {
        ParameterSpec conv = ParameterSpec.tensor("conv", DType.F32, Orientation.OUT_IN, 8, 2, 3, 3);
        assertThat(conv.rows()).isEqualTo(8);
        assertThat(conv.columns()).isEqualTo(18);
        ParameterSpec jax = ParameterSpec.tensor("conv", DType.F32, Orientation.IN_OUT, 3, 3, 2, 8);
        assertThat(jax.rows()).isEqualTo(18);
        assertThat(jax.outputs()).isEqualTo(8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParameterSpec.tensor("v", DType.F32, Orientation.OUT_IN, 8));
    }

    @Test
    void refusesWhatDoesNotFit() {
        Sgd sgd = new Sgd(iso);
        ParameterId id = sgd.register(spec(DType.F32));
        Matrix w = counting(DType.F32, 4, 3);
        Matrix g = counting(DType.F32, 4, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.register(spec(DType.F64)))
                .withMessage("a parameter w was registered before");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.step(0, id, w, g))
                .withMessage("the first step is 1, not 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.step(1, id, counting(DType.F64, 4, 3), g))
                .withMessageContaining("w: weight must be F32, not F64 4 x 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.step(1, id, w.transposed(), g))
                .withMessageContaining("w: weight must be 4 x 3, not F32 3 x 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.step(1, id, w, g.transposed()))
                .withMessageContaining("w: gradient must be 4 x 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.step(1, id, w, w))
                .withMessageContaining("overlap");
        Matrix readOnly =
                Matrix.wrap(MemorySegment.ofArray(new float[12]).asReadOnly(), 0, DType.F32, 4, 3, 3, Order.ROW_MAJOR);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.step(1, id, readOnly, g))
                .withMessageContaining("read-only");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sgd(iso).step(1, id, w, g))
                .withMessage("parameter w was registered with another optimizer");
        iso.close();
        assertThatIllegalStateException().isThrownBy(() -> sgd.step(1, id, w, g));
    }

    @Test
    void gradientsMayBeReadOnlyAndOffTheHeap() {
        try (Arena arena = Arena.ofConfined()) {
            Sgd sgd = new Sgd(iso);
            ParameterId id = sgd.register(spec(DType.F32));
            Matrix w = Matrix.allocate(arena, DType.F32, 4, 3);
            counting(DType.F32, 4, 3).copyTo(w);
            Matrix writable = Matrix.allocate(arena, DType.F32, 4, 3);
            w.copyTo(writable);
            Matrix g = Matrix.wrap(
                    writable.segment().asReadOnly(), writable.byteOffset(), DType.F32, 4, 3, 3, Order.ROW_MAJOR);
            sgd.step(1, id, w, g);
            assertEqual(w, Matrix.allocate(DType.F32, 4, 3));
        }
    }

    @Test
    void oneParameterIsSteppedByOneThreadAtATimeAndOthersMeanwhile() throws Exception {
        Sgd sgd = new Sgd(iso);
        ParameterId id = sgd.register(spec(DType.F32));
        ParameterId other = sgd.register(ParameterSpec.vector("v", DType.F32, 3, Role.BIAS));
        Matrix w = counting(DType.F32, 4, 3);
        Matrix g = counting(DType.F32, 4, 3);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Thread first = new Thread(() -> sgd.step(1, id, w, g));
        sgd.hook.set(() -> {
            if (Thread.currentThread().equals(first)) {
                inside.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        });
        first.start();
        inside.await();
        try {
            assertThatIllegalStateException()
                    .isThrownBy(() -> sgd.step(1, id, w.copy(), g))
                    .withMessage("parameter w is stepped by another thread right now");
            sgd.step(1, other, Matrix.allocate(DType.F32, 1, 3), counting(DType.F32, 1, 3));
        } finally {
            goOn.countDown();
            first.join();
        }
        assertEqual(w, Matrix.allocate(DType.F32, 4, 3));
    }

    @Test
    void stateCanBeReplaced() {
        Sgd sgd = new Sgd(iso);
        ParameterId id = sgd.register(spec(DType.F32));
        Matrix sum = counting(DType.F64, 4, 3);
        sgd.setState(id, "whole/sum", sum);
        assertEqual(sgd.state(id, "whole/sum"), sum);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.setState(id, "sum", sum))
                .withMessage("w has no state sum, only [whole/sum, whole/first]");
        assertThatIllegalArgumentException().isThrownBy(() -> sgd.setState(id, "whole/sum", sum.transposed()));
    }
}
