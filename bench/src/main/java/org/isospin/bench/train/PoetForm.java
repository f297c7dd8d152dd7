package org.isospin.bench.train;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;
import org.isospin.reparam.MergeSchedule;
import org.isospin.reparam.Permutations;
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetOptions;
import org.isospin.reparam.PoetParameters;
import org.isospin.reparam.Primitive;

/**
 * W = R·W₀·P with W₀ frozen: the generators of both rotations train, and are merged into W₀ from time to time (POET-X, arXiv
 * 2603.05500).
 */
final class PoetForm implements LinearForm {
    /**
     * Makes them.
     *
     * @param blockSize coordinates that rotate together, drawn anew with each merge
     * @param merges when to merge, and how the bound warms up after it
     * @param bound of the norm of all generators' gradients together
     */
    record Maker(int blockSize, MergeSchedule merges, double bound) implements LinearForm.Maker {
        @Override
        public LinearForm of(Isospin iso, Weight weight, long seed) {
            PoetOptions options = PoetOptions.DEFAULT
                    .withPrimitive(Primitive.blockStochastic(blockSize))
                    .withPermutations(Permutations.seeded(seed + weight.name().hashCode()));
            return new PoetForm(PoetLayer.of(iso, options, weight.value()), weight, merges);
        }

        @Override
        public double clip(long step) {
            return merges.clip(step, bound);
        }
    }

    private final PoetLayer layer;
    private final PoetParameters gradient;
    private final Weight base;
    private final MergeSchedule merges;
    private final List<Weight> trained;
    private final Matrix current;

    private PoetForm(PoetLayer layer, Weight weight, MergeSchedule merges) {
        this.layer = layer;
        this.gradient = layer.parameters().allocateLike();
        this.base = new Weight(weight.name() + ".base", weight.role(), weight.value(), weight.gradient());
        this.merges = merges;
        this.trained = Weight.generators(weight.name(), layer.parameters().generators(), gradient.generators());
        this.current = Floats.matrix(layer.outputs(), layer.inputs());
    }

    /** {@return the layer, for tests of what becomes of it} */
    PoetLayer layer() {
        return layer;
    }

    @Override
    public List<Weight> weights() {
        return trained;
    }

    @Override
    public List<Weight> frozen() {
        return List.of(base);
    }

    @Override
    public void forward(Matrix x, Matrix y) {
        layer.forward(x, y);
    }

    @Override
    public void backward(Matrix x, Matrix dy, Matrix dx) {
        layer.backward(x, dy, dx, gradient);
    }

    @Override
    public Matrix weight() {
        layer.weight(current);
        return current;
    }

    @Override
    public void stepped(long step, Optimizer optimizer, Map<String, ParameterId> ids) {
        if (merges.isDue(step)) {
            List<ParameterId> own = trained.stream()
                    .map(w -> Objects.requireNonNull(ids.get(w.name()), w.name()))
                    .toList();
            layer.merge(optimizer, own, step);
        }
    }

    @Override
    public void keep() {
        layer.base(base.value());
    }

    @Override
    public void resume(long steps) {
        layer.resume(base.value(), Math.toIntExact(steps / merges.interval()));
    }
}
