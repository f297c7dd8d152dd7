package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.optim.AdamW;
import org.isospin.optim.Muon;
import org.isospin.optim.MuonR;
import org.isospin.optim.Naming;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Pion;
import org.isospin.optim.RotationSides;
import org.isospin.optim.Routing;
import org.isospin.optim.Schedule;
import org.isospin.optim.Update;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole trainings, y = V·max(0, Wx + b) fitted to random targets, killed after any step and resumed from files by objects that
 * know nothing of the first: the weights are those of the uninterrupted training, bit for bit.
 */
class ResumedTrainingTest {
    private static final int IN = 6;
    private static final int HIDDEN = 10;
    private static final int OUT = 4;
    private static final int EXAMPLES = 16;
    private static final int STEPS = 9;
    private static final Schedule RATE = Schedule.linearWarmup(0.02, 3).then(3, Schedule.cosine(0.02, 1e-3, STEPS - 3));
    private static final Naming NAMING = Naming.standard();

    @TempDir
    Path folder;

    /** A name and what updates the matrices. */
    record Subject(String backend, String name, Function<Isospin, Optimizer> hidden) {
        @Override
        public String toString() {
            return name + " on " + backend;
        }
    }

    static Stream<Subject> subjects() {
        return Backends.available().stream()
                .flatMap(backend -> Stream.of(
                        new Subject(
                                backend,
                                "Pion",
                                iso -> Pion.builder().learningRate(RATE).build(iso)),
                        new Subject(
                                backend,
                                "Pion, alternating",
                                iso -> Pion.builder()
                                        .learningRate(RATE)
                                        .sides(RotationSides.ALTERNATE)
                                        .secondMoment(0.95, 1e-8)
                                        .build(iso)),
                        new Subject(
                                backend,
                                "MuonR",
                                iso -> MuonR.builder().learningRate(RATE).build(iso)),
                        new Subject(
                                backend,
                                "Muon",
                                iso -> Muon.moonlight().learningRate(RATE).build(iso)),
                        new Subject(
                                backend,
                                "AdamW",
                                iso -> AdamW.builder().learningRate(RATE).build(iso))));
    }

    /** A training from its start; everything it knows is made here or read by {@link #load}. */
    private static final class Trainer {
        private final Matrix w;
        private final Matrix b = Matrix.allocate(DType.F32, 1, HIDDEN);
        private final Matrix v;
        private final Matrix dw = Matrix.allocate(DType.F32, HIDDEN, IN);
        private final Matrix db = Matrix.allocate(DType.F32, 1, HIDDEN);
        private final Matrix dv;
        private final Routing optimizer;
        private final List<Update> updates = new ArrayList<>();
        private int done;

        Trainer(Subject subject, DType dtype) {
            Isospin iso = Backends.shared(subject.backend());
            w = Generators.gaussian(HIDDEN, IN, 1).to(DType.F32);
            v = Generators.gaussian(OUT, HIDDEN, 2).to(dtype);
            dv = Matrix.allocate(DType.F32, OUT, HIDDEN);
            optimizer = Routing.of(
                    subject.hidden().apply(iso),
                    AdamW.builder().learningRate(RATE).build(iso));
            add(NAMING.spec("0.up_proj.weight", DType.F32, HIDDEN, IN), w, dw);
            add(NAMING.spec("0.up_proj.bias", DType.F32, HIDDEN), b, db);
            add(NAMING.spec("0.down_proj.weight", dtype, OUT, HIDDEN), v, dv);
        }

        private void add(ParameterSpec spec, Matrix weight, Matrix gradient) {
            updates.add(new Update(optimizer.register(spec, weight), weight, gradient));
        }

        void train(int to) {
            while (done < to) {
                done++;
                backward(Dense.of(w), Dense.of(b), Dense.of(v));
                optimizer.step(done, updates);
            }
        }

        /** Of the mean of ½|y − target|² over examples that the step's number draws. */
        private void backward(Dense weight, Dense bias, Dense out) {
            Dense x = Generators.gaussian(IN, EXAMPLES, 100 + done);
            Dense hidden = weight.times(x);
            for (int i = 0; i < HIDDEN; i++) {
                for (int j = 0; j < EXAMPLES; j++) {
                    hidden.set(i, j, Math.max(0, hidden.get(i, j) + bias.get(0, i)));
                }
            }
            Dense off = out.times(hidden).plus(-1, Generators.gaussian(OUT, EXAMPLES, 500 + done));
            off.times(hidden.transposed()).to(DType.F32).copyTo(dv);
            Dense back = out.transposed().times(off);
            for (int i = 0; i < HIDDEN; i++) {
                double sum = 0;
                for (int j = 0; j < EXAMPLES; j++) {
                    back.set(i, j, hidden.get(i, j) > 0 ? back.get(i, j) : 0);
                    sum += back.get(i, j);
                }
                db.set(0, i, sum);
            }
            back.times(x.transposed()).to(DType.F32).copyTo(dw);
        }

        void save(Path folder) throws Exception {
            optimizer.save(folder.resolve("optimizer.safetensors"));
            SafetensorsWriter model = new SafetensorsWriter().metadata("step", Integer.toString(done));
            updates.forEach(u -> model.add(u.id().toString(), u.weight()));
            model.write(folder.resolve("model.safetensors"));
        }

        void load(Path folder) throws Exception {
            optimizer.load(folder.resolve("optimizer.safetensors"));
            try (Checkpoint model = Safetensors.open(folder.resolve("model.safetensors"))) {
                updates.forEach(u -> model.matrix(u.id().toString()).copyTo(u.weight()));
                done = Integer.parseInt(model.metadata().get("step"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aResumedTrainingIsTheUninterruptedOne(Subject subject) throws Exception {
        for (DType dtype : new DType[] {DType.F32, DType.BF16}) {
            Trainer whole = new Trainer(subject, dtype);
            Matrix initial = whole.w.copy();
            whole.train(STEPS);
            assertThat(whole.w.get(0, 0)).isNotEqualTo(initial.get(0, 0));
            for (int killed = 0; killed <= STEPS; killed++) {
                Trainer first = new Trainer(subject, dtype);
                first.train(killed);
                first.save(folder);
                Trainer second = new Trainer(subject, dtype);
                second.load(folder);
                second.train(STEPS);
                for (int i = 0; i < whole.updates.size(); i++) {
                    Bits.assertSame(
                            second.updates.get(i).weight(), whole.updates.get(i).weight());
                }
            }
        }
    }
}
