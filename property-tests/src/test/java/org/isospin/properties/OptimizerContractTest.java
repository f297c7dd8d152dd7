package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.backend.ReferenceBackend;
import org.isospin.optim.BlockSplit;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every optimizer promises, held against each of them on every backend. */
class OptimizerContractTest {
    private static final int ROWS = 12;
    private static final int COLUMNS = 8;
    private static final int STEPS = 7;

    @TempDir
    Path folder;

    /** An optimizer on a backend. */
    record Subject(String backend, OptimizerKind kind) {
        Isospin context() {
            return Backends.shared(backend);
        }

        Optimizer optimizer() {
            return kind.make().apply(context());
        }

        @Override
        public String toString() {
            return kind + " on " + backend;
        }
    }

    static Stream<Subject> subjects() {
        return Backends.available().stream()
                .flatMap(backend -> OptimizerKind.all().stream().map(kind -> new Subject(backend, kind)));
    }

    static List<OptimizerKind> kinds() {
        return OptimizerKind.all();
    }

    private static ParameterSpec spec(OptimizerKind kind, String name, DType dtype, Orientation orientation) {
        boolean isOutIn = orientation == Orientation.OUT_IN;
        return kind.spec(name, dtype, isOutIn ? ROWS : COLUMNS, isOutIn ? COLUMNS : ROWS, orientation);
    }

    /** {@return W or G_t with a row for each output} */
    private static Matrix random(DType dtype, long seed) {
        return Generators.gaussian(ROWS, COLUMNS, seed).to(dtype);
    }

    private static Matrix transposedCopy(Matrix m) {
        Matrix copy = Matrix.allocate(m.dtype(), m.columns(), m.rows());
        m.transposed().copyTo(copy);
        return copy;
    }

    private static void run(Optimizer optimizer, ParameterId id, Matrix w, int from, int to, long seed) {
        for (int t = from; t <= to; t++) {
            Matrix g = random(w.dtype(), seed + t);
            if (t == 3) {
                g.set(1, 1, Double.NaN);
            }
            boolean isOutIn = id.spec().orientation() == Orientation.OUT_IN;
            optimizer.step(t, id, w, isOutIn ? g : transposedCopy(g));
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void weightsWithARowForEachInputGiveTheTransposedResultBitForBit(Subject subject) {
        for (DType dtype : DType.values()) {
            Optimizer optimizer = subject.optimizer();
            ParameterId id = optimizer.register(spec(subject.kind(), "w", dtype, Orientation.OUT_IN));
            Matrix w = random(dtype, 1);
            run(optimizer, id, w, 1, STEPS, 100);
            Optimizer other = subject.optimizer();
            ParameterId turned = other.register(spec(subject.kind(), "w", dtype, Orientation.IN_OUT));
            Matrix x = transposedCopy(random(dtype, 1));
            run(other, turned, x, 1, STEPS, 100);
            Bits.assertSame(x.transposed(), w);
            for (String name : optimizer.stateNames(id)) {
                Bits.assertSame(other.state(turned, name), optimizer.state(id, name));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aNonFiniteGradientMovesNothingAndIsCounted(Subject subject) {
        for (DType dtype : new DType[] {DType.F32, DType.BF16}) {
            movesNothing(subject, dtype, Double.NaN);
            movesNothing(subject, dtype, Double.POSITIVE_INFINITY);
        }
    }

    private static void movesNothing(Subject subject, DType dtype, double value) {
        Optimizer optimizer = subject.optimizer();
        ParameterId id = optimizer.register(spec(subject.kind(), "w", dtype, Orientation.OUT_IN));
        Matrix w = random(dtype, 1);
        run(optimizer, id, w, 1, 2, 100);
        Matrix before = w.copy();
        List<Matrix> state = new ArrayList<>();
        for (String name : optimizer.stateNames(id)) {
            state.add(optimizer.state(id, name));
        }
        Matrix g = random(dtype, 7);
        g.set(5, 2, value);
        optimizer.step(3, id, w, g);
        Bits.assertSame(w, before);
        for (int i = 0; i < state.size(); i++) {
            Bits.assertSame(optimizer.state(id, optimizer.stateNames(id).get(i)), state.get(i));
        }
        assertThat(optimizer.report(id).skipped()).isEqualTo(1);
        assertThat(optimizer.report(id).updateNorm()).isPositive();
    }

    /** What was averaged before leaves no bit, also through a file; schedules and alternation go on. */
    @ParameterizedTest
    @MethodSource("subjects")
    void aRestartedParameterIsAsIfNeverStepped(Subject subject) throws Exception {
        for (DType dtype : new DType[] {DType.F32, DType.BF16}) {
            Optimizer used = subject.optimizer();
            ParameterId id = used.register(spec(subject.kind(), "w", dtype, Orientation.OUT_IN));
            run(used, id, random(dtype, 1), 1, 4, 100);
            used.restart(4, id);
            Path file = folder.resolve("restarted.safetensors");
            used.save(file);
            Optimizer loaded = subject.optimizer();
            ParameterId again = loaded.register(spec(subject.kind(), "w", dtype, Orientation.OUT_IN));
            loaded.load(file);
            Optimizer fresh = subject.optimizer();
            ParameterId other = fresh.register(spec(subject.kind(), "w", dtype, Orientation.OUT_IN));
            fresh.restart(4, other);
            Matrix w = random(dtype, 2);
            Matrix x = random(dtype, 2);
            Matrix y = random(dtype, 2);
            run(used, id, w, 5, STEPS, 100);
            run(fresh, other, x, 5, STEPS, 100);
            run(loaded, again, y, 5, STEPS, 100);
            Bits.assertSame(w, x);
            Bits.assertSame(y, x);
            for (String name : used.stateNames(id)) {
                Bits.assertSame(used.state(id, name), fresh.state(other, name));
                Bits.assertSame(loaded.state(again, name), fresh.state(other, name));
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> used.restart(-1, id))
                    .withMessageContaining("not -1");
            used.restart(STEPS, id);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> used.step(STEPS, id, w, random(dtype, 3)))
                    .withMessageContaining("restarted after step " + STEPS);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aZeroGradientFromTheStartKeepsTheWeightFinite(Subject subject) {
        Optimizer optimizer = subject.optimizer();
        ParameterId id = optimizer.register(spec(subject.kind(), "w", DType.F32, Orientation.OUT_IN));
        Matrix w = random(DType.F32, 1);
        Matrix zero = Matrix.allocate(DType.F32, ROWS, COLUMNS);
        optimizer.step(1, id, w, zero);
        optimizer.step(2, id, w, random(DType.F32, 5));
        optimizer.step(3, id, w, zero);
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < COLUMNS; j++) {
                assertThat(w.get(i, j)).isFinite();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whoeverNeverMovesAZeroWeightRefusesItBeforehand(OptimizerKind kind) {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Matrix w = Matrix.allocate(DType.F32, ROWS, COLUMNS);
        Optimizer optimizer = kind.make().apply(iso);
        run(optimizer, optimizer.register(spec(kind, "w", DType.F32, Orientation.OUT_IN)), w, 1, STEPS, 100);
        double sum = 0;
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < COLUMNS; j++) {
                sum += Math.abs(w.get(i, j));
            }
        }
        Matrix zero = Matrix.allocate(DType.F32, ROWS, COLUMNS);
        Optimizer other = kind.make().apply(iso);
        ThrowingCallable register = () -> other.register(spec(kind, "w", DType.F32, Orientation.OUT_IN), zero);
        if (sum == 0) {
            assertThatIllegalArgumentException().isThrownBy(register).withMessageContaining("w: block whole is zero");
            assertThat(other.parameters()).isEmpty();
        } else {
            assertThatCode(register).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void resumedRunsAreTheUninterruptedOneBitForBit(Subject subject) throws Exception {
        for (DType dtype : DType.values()) {
            Optimizer whole = subject.optimizer();
            ParameterSpec spec =
                    spec(subject.kind(), "w", dtype, Orientation.IN_OUT).withSplit(BlockSplit.groups(2));
            ParameterId id = whole.register(spec);
            Matrix expected = transposedCopy(random(dtype, 1));
            run(whole, id, expected, 1, STEPS, 100);
            for (int killed : new int[] {0, 1, 4}) {
                Path file = folder.resolve("state.safetensors");
                Matrix w = transposedCopy(random(dtype, 1));
                Optimizer first = subject.optimizer();
                run(first, first.register(spec), w, 1, killed, 100);
                first.save(file);
                Optimizer second = subject.optimizer();
                ParameterId resumed = second.register(spec);
                second.load(file);
                run(second, resumed, w, killed + 1, STEPS, 100);
                Bits.assertSame(w, expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void differentParametersMayBeSteppedAtOnce(Subject subject) throws Exception {
        Optimizer shared = subject.optimizer();
        twoTrainers(subject, i -> shared);
    }

    /** Each with an optimizer of its own, on one context; they register while the other steps. */
    @ParameterizedTest
    @MethodSource("subjects")
    void twoTrainersDoNotDisturbEachOther(Subject subject) throws Exception {
        twoTrainers(subject, i -> subject.optimizer());
    }

    private static void twoTrainers(Subject subject, IntFunction<Optimizer> optimizer) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Matrix>> together = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int index = i;
                together.add(threads.submit(() -> train(subject, optimizer.apply(index), index)));
            }
            for (int i = 0; i < 2; i++) {
                Bits.assertSame(together.get(i).get(), train(subject, subject.optimizer(), i));
            }
        }
    }

    private static Matrix train(Subject subject, Optimizer optimizer, int index) {
        long seed = 1000L * index;
        Matrix w = random(DType.F32, seed);
        ParameterSpec spec = spec(subject.kind(), "w" + index, DType.F32, Orientation.OUT_IN);
        run(optimizer, optimizer.register(spec), w, 1, STEPS, seed);
        return w;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void stepsWaitNoMoreThanDocumented(OptimizerKind kind) {
        for (DType dtype : DType.values()) {
            DeferredBackend backend = new DeferredBackend(new ReferenceBackend());
            try (Isospin iso = Isospin.on(backend)) {
                Optimizer optimizer = kind.make().apply(iso);
                ParameterId id = optimizer.register(spec(kind, "w", dtype, Orientation.OUT_IN));
                Matrix w = random(dtype, 1);
                run(optimizer, id, w, 1, 1, 100);
                assertThat(backend.waits()).as("first step").isLessThanOrEqualTo(kind.firstWaits());
                for (int t = 2; t <= STEPS; t++) {
                    long before = backend.waits();
                    run(optimizer, id, w, t, t, 100);
                    assertThat(backend.waits() - before).as("step %d", t).isLessThanOrEqualTo(kind.waits());
                }
            }
        }
    }

    /** Gradients and weights off the heap, one inside the other's row: nothing beyond them is touched. */
    @ParameterizedTest
    @MethodSource("subjects")
    void weightsMayBeAnyView(Subject subject) {
        Matrix expected = random(DType.F32, 1);
        Optimizer optimizer = subject.optimizer();
        run(
                optimizer,
                optimizer.register(spec(subject.kind(), "w", DType.F32, Orientation.OUT_IN)),
                expected,
                1,
                STEPS,
                100);
        float[] memory = new float[ROWS * 20];
        java.util.Arrays.fill(memory, 7);
        Matrix w = Matrix.wrap(memory, 5, ROWS, COLUMNS, 20, Order.ROW_MAJOR);
        random(DType.F32, 1).copyTo(w);
        Optimizer other = subject.optimizer();
        run(other, other.register(spec(subject.kind(), "w", DType.F32, Orientation.OUT_IN)), w, 1, STEPS, 100);
        Bits.assertSame(w, expected);
        for (int i = 0; i < memory.length; i++) {
            boolean isOutside = i % 20 < 5 || i % 20 >= 5 + COLUMNS;
            assertThat(!isOutside || memory[i] == 7).isTrue();
        }
    }
}
