package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.AdamW;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetOptions;
import org.isospin.reparam.PoetParameters;
import org.isospin.reparam.Primitive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A training of a POET layer across merges, ended and gone on with. */
class PoetTrainingTest {
    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    /** A linear target W* with W's singular values, which rotations alone reach; killed after any step and resumed. */
    @Test
    void trainsAcrossMergesAndResumesBitForBit() {
        Dense w = Generators.gaussian(8, 6, 1);
        Dense target = Generators.orthonormal(8, 8, 2).times(w).times(Generators.orthonormal(6, 6, 3));
        Trainer whole = new Trainer(w, target, 0, null);
        double first = whole.loss();
        whole.train(1, 60);
        assertThat(whole.loss()).isLessThan(0.5 * first);
        assertThat(whole.layer.merges()).isEqualTo(6);
        Trainer start = new Trainer(w, target, 0, null);
        start.train(1, 35);
        Matrix base = Generators.garbage(Matrix.allocate(DType.F64, 8, 6));
        start.layer.base(base);
        Trainer resumed = new Trainer(Dense.of(base), target, start.layer.merges(), start);
        resumed.train(36, 60);
        assertThat(PoetLayerTest.weight(resumed.layer).hasBitsOf(PoetLayerTest.weight(whole.layer)))
                .isTrue();
    }

    @Test
    void aLayerGoesOnInItsOwnMemory() {
        Dense w = Generators.gaussian(8, 6, 1);
        Trainer start = new Trainer(w, Generators.gaussian(8, 6, 2), 0, null);
        start.train(1, 25);
        Matrix base = Generators.garbage(Matrix.allocate(DType.F64, 8, 6));
        start.layer.base(base);
        PoetLayer other = new Trainer(Dense.zero(8, 6), w, 0, null).layer;
        List<Matrix> memory = other.parameters().generators();
        for (int i = 0; i < memory.size(); i++) {
            start.layer.parameters().generators().get(i).copyTo(memory.get(i));
        }
        other.resume(base, start.layer.merges());
        for (int merge = 0; merge < 2; merge++) {
            assertThat(PoetLayerTest.weight(other).hasBitsOf(PoetLayerTest.weight(start.layer)))
                    .isTrue();
            start.layer.merge();
            other.merge();
            assertThat(other.merges()).isEqualTo(start.layer.merges());
        }
        assertThatThrownBy(() -> other.resume(base, -1)).hasMessageContaining("0 or more, not -1");
        assertThatThrownBy(() -> other.resume(base.transposed(), 0)).hasMessageContaining("6 x 8");
        assertThat(other.merges()).isEqualTo(start.layer.merges());
    }

    private final class Trainer {
        private final PoetLayer layer;
        private final PoetParameters gradient;
        private final Optimizer adam;
        private final List<ParameterId> ids = new ArrayList<>();
        private final Dense target;
        private final Dense x = Generators.gaussian(16, 6, 4);

        Trainer(Dense w, Dense target, int merges, @Nullable Trainer from) {
            this.target = target;
            this.adam = AdamW.builder().learningRate(0.02).weightDecay(0).build(iso);
            PoetOptions options = PoetOptions.DEFAULT.withPrimitive(Primitive.blockStochastic(4));
            this.layer = PoetLayer.of(iso, options, w.to(DType.F64), null, merges);
            this.gradient = layer.parameters().allocateLike();
            for (int i = 0; i < layer.parameters().generators().size(); i++) {
                Matrix m = layer.parameters().generators().get(i);
                ids.add(adam.register(
                        ParameterSpec.matrix("g" + i, m.dtype(), m.rows(), m.columns(), Orientation.OUT_IN)));
                if (from != null) {
                    from.layer.parameters().generators().get(i).copyTo(m);
                    adam.restart(30, ids.get(i));
                    for (String name : adam.stateNames(ids.get(i))) {
                        adam.setState(ids.get(i), name, from.adam.state(from.ids.get(i), name));
                    }
                }
            }
        }

        private Dense off() {
            return PoetLayerTest.forward(layer, x).plus(-1, x.times(target.transposed()));
        }

        double loss() {
            return off().frobenius();
        }

        void train(int from, int to) {
            for (int t = from; t <= to; t++) {
                Matrix dy = off().to(DType.F64);
                layer.backward(x.to(DType.F64), dy, Generators.garbage(Matrix.allocate(DType.F64, 16, 6)), gradient);
                for (int i = 0; i < ids.size(); i++) {
                    adam.step(
                            t,
                            ids.get(i),
                            layer.parameters().generators().get(i),
                            gradient.generators().get(i));
                }
                if (t % 10 == 0) {
                    layer.merge(adam, ids, t);
                }
            }
        }
    }
}
