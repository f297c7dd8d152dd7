package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.AdamW;
import org.isospin.optim.Muon;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Role;
import org.isospin.optim.Schedule;
import org.junit.jupiter.api.Test;

/**
 * The smallest training loops: y = Wx + b is fitted to a linear map, over plain arrays, over weights with a row for each input,
 * and over direct buffers. The loss falls to a thousandth.
 */
class MinimalTrainerTest {
    private static final int IN = 6;
    private static final int OUT = 4;
    private static final int STEPS = 200;
    private static final Schedule RATE = Schedule.cosine(0.2, 1e-4, STEPS);

    private static final Dense TRUE = Generators.gaussian(OUT, IN + 1, 3);

    /** What the loop reads and writes; where an element lies is its own business. */
    private interface Parameters {
        float weight(int out, int in);

        float bias(int out);

        void gradient(int out, int in, float value);

        void biasGradient(int out, float value);
    }

    /** {@return the loss ½‖W − W*‖² + ½‖b − b*‖², whose gradient is written} */
    private static double backward(Parameters p) {
        double loss = 0;
        for (int o = 0; o < OUT; o++) {
            for (int i = 0; i < IN; i++) {
                double off = p.weight(o, i) - TRUE.get(o, i);
                p.gradient(o, i, (float) off);
                loss += off * off / 2;
            }
            double off = p.bias(o) - TRUE.get(o, IN);
            p.biasGradient(o, (float) off);
            loss += off * off / 2;
        }
        return loss;
    }

    private static void train(Parameters p, Orientation orientation, Matrix w, Matrix g, Matrix b, Matrix bg) {
        try (Isospin iso = Isospin.auto()) {
            Optimizer muon = Muon.moonlight()
                    .learningRate(RATE)
                    .weightDecay(0)
                    .auxiliary(AdamW.builder().learningRate(RATE).weightDecay(0))
                    .build(iso);
            ParameterId weight =
                    muon.register(ParameterSpec.matrix("weight", DType.F32, w.rows(), w.columns(), orientation));
            ParameterId bias = muon.register(ParameterSpec.vector("bias", DType.F32, OUT, Role.BIAS));
            double first = backward(p);
            for (int t = 1; t <= STEPS; t++) {
                backward(p);
                muon.step(t, weight, w, g);
                muon.step(t, bias, b, bg);
            }
            assertThat(backward(p)).isLessThan(first / 1000);
        }
    }

    @Test
    void trainsPlainArrays() {
        float[] w = new float[OUT * IN];
        float[] g = new float[OUT * IN];
        float[] b = new float[OUT];
        float[] bg = new float[OUT];
        Parameters p = new Parameters() {
            @Override
            public float weight(int out, int in) {
                return w[out * IN + in];
            }

            @Override
            public float bias(int out) {
                return b[out];
            }

            @Override
            public void gradient(int out, int in, float value) {
                g[out * IN + in] = value;
            }

            @Override
            public void biasGradient(int out, float value) {
                bg[out] = value;
            }
        };
        train(
                p,
                Orientation.OUT_IN,
                Matrix.wrap(w, OUT, IN),
                Matrix.wrap(g, OUT, IN),
                Matrix.wrap(b, 1, OUT),
                Matrix.wrap(bg, 1, OUT));
    }

    @Test
    void trainsWeightsWithARowForEachInput() {
        float[] w = new float[OUT * IN];
        float[] g = new float[OUT * IN];
        float[] b = new float[OUT];
        float[] bg = new float[OUT];
        Parameters p = new Parameters() {
            @Override
            public float weight(int out, int in) {
                return w[in * OUT + out];
            }

            @Override
            public float bias(int out) {
                return b[out];
            }

            @Override
            public void gradient(int out, int in, float value) {
                g[in * OUT + out] = value;
            }

            @Override
            public void biasGradient(int out, float value) {
                bg[out] = value;
            }
        };
        train(
                p,
                Orientation.IN_OUT,
                Matrix.wrap(w, IN, OUT),
                Matrix.wrap(g, IN, OUT),
                Matrix.wrap(b, 1, OUT),
                Matrix.wrap(bg, 1, OUT));
    }

    /** All parameters in one buffer, all gradients in another, of which the optimizer gets a read-only view. */
    @Test
    void trainsDirectBuffers() {
        int bytes = (OUT * IN + OUT) * Float.BYTES;
        ByteBuffer parameters = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        ByteBuffer gradients = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        int bias = OUT * IN * Float.BYTES;
        Parameters p = new Parameters() {
            @Override
            public float weight(int out, int in) {
                return parameters.getFloat((out * IN + in) * Float.BYTES);
            }

            @Override
            public float bias(int out) {
                return parameters.getFloat(bias + out * Float.BYTES);
            }

            @Override
            public void gradient(int out, int in, float value) {
                gradients.putFloat((out * IN + in) * Float.BYTES, value);
            }

            @Override
            public void biasGradient(int out, float value) {
                gradients.putFloat(bias + out * Float.BYTES, value);
            }
        };
        ByteBuffer readOnly = gradients.asReadOnlyBuffer();
        train(
                p,
                Orientation.OUT_IN,
                Matrix.wrap(parameters.slice(0, bias), DType.F32, OUT, IN, IN),
                Matrix.wrap(readOnly.slice(0, bias), DType.F32, OUT, IN, IN),
                Matrix.wrap(parameters.slice(bias, bytes - bias), DType.F32, 1, OUT, OUT),
                Matrix.wrap(readOnly.slice(bias, bytes - bias), DType.F32, 1, OUT, OUT));
    }
}
