package org.isospin.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A resumed run is the uninterrupted one bit for bit, and a state of another run is refused with all that differs. */
class StateFileTest {
    private static final int STEPS = 6;

    private final Isospin iso = Isospin.named("reference");

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        iso.close();
    }

    private static ParameterSpec spec(DType dtype) {
        return ParameterSpec.matrix("layers.0.q", dtype, 6, 4, Orientation.IN_OUT)
                .withSplit(BlockSplit.heads(2));
    }

    private AdamW adam() {
        return AdamW.builder()
                .learningRate(Schedule.cosine(0.1, 0, STEPS))
                .weightDecay(0.1)
                .build(iso);
    }

    private Matrix random(DType dtype, long seed) {
        Matrix m = Matrix.allocate(dtype, 6, 4);
        iso.run(stream -> stream.gaussian(seed, m));
        return m;
    }

    private void run(Optimizer optimizer, ParameterId id, Matrix w, int from, int to) {
        for (int t = from; t <= to; t++) {
            Matrix g = random(w.dtype(), t);
            if (t == 2) {
                g.set(0, 0, Double.NaN);
            }
            optimizer.step(t, id, w, g);
        }
    }

    @Test
    void killedAtAnyStepAndResumedTheWeightsAreTheSame() throws Exception {
        for (DType dtype : new DType[] {DType.F32, DType.F64, DType.BF16}) {
            AdamW whole = adam();
            ParameterId id = whole.register(spec(dtype));
            Matrix expected = random(dtype, 100);
            run(whole, id, expected, 1, STEPS);
            for (int killed = 0; killed < STEPS; killed++) {
                Path file = folder.resolve("state.safetensors");
                Matrix w = random(dtype, 100);
                AdamW first = adam();
                run(first, first.register(spec(dtype)), w, 1, killed);
                first.save(file);
                AdamW second = adam();
                ParameterId resumed = second.register(spec(dtype));
                second.load(file);
                run(second, resumed, w, killed + 1, STEPS);
                for (int i = 0; i < w.rows(); i++) {
                    for (int j = 0; j < w.columns(); j++) {
                        assertThat(w.get(i, j)).isEqualTo(expected.get(i, j));
                    }
                }
                assertThat(second.report(resumed).skipped()).isEqualTo(1);
            }
        }
    }

    @Test
    void allDifferencesAreListedAndNothingIsChanged() throws Exception {
        Path file = folder.resolve("state.safetensors");
        AdamW first = adam();
        ParameterId id = first.register(spec(DType.F32));
        first.register(ParameterSpec.vector("bias", DType.F32, 3, Role.BIAS));
        run(first, id, random(DType.F32, 100), 1, 3);
        first.save(file);

        AdamW second = AdamW.builder().weightDecay(0.2).build(iso.withPrecision(Precision.F64_SUMS));
        ParameterId other = second.register(spec(DType.F64));
        second.register(ParameterSpec.vector("norm", DType.F32, 3, Role.NORM));
        OptimizerStateException e = catchThrowableOfType(OptimizerStateException.class, () -> second.load(file));
        assertThat(e.differences())
                .contains(
                        "isospin.numerics is reference, STANDARD, plain Java FMA in the file, here reference, F64_SUMS,"
                                + " plain Java FMA",
                        "option.learningRate is cosine(0.1, 0.0, 6) in the file, here 0.001",
                        "option.weightDecay is 0.1 in the file, here 0.2",
                        "parameter.layers.0.q is F32 [6, 4] IN_OUT HIDDEN heads(2) in the file, here F64 [6, 4] IN_OUT"
                                + " HIDDEN heads(2)",
                        "parameter.norm is missing from the file, here it is F32 [3] OUT_IN NORM whole",
                        "parameter.bias is F32 [3] OUT_IN BIAS whole in the file, here there is none",
                        "tensor layers.0.q/head0/first_moment F32 [2, 6] of the file is F64 [2, 6] here",
                        "tensor norm/report is missing from the file",
                        "tensor bias/whole/first_moment of the file is unknown here");
        Matrix moment = second.state(other, "head0/first_moment");
        for (int j = 0; j < moment.columns(); j++) {
            assertThat(moment.get(0, j)).isZero();
        }
    }
}
