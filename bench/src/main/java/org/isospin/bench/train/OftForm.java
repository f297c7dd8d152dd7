package org.isospin.bench.train;

import java.util.List;
import java.util.Map;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;
import org.isospin.reparam.OftLayer;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;

/** W = W₀·Rᵀ with W₀ frozen: the generators of R train (OFTv2, arXiv 2506.19847). */
final class OftForm implements LinearForm {
    /**
     * Makes them; bounds no gradient.
     *
     * @param blockSize inputs that rotate together
     */
    record Maker(int blockSize) implements LinearForm.Maker {
        @Override
        public LinearForm of(Isospin iso, Weight weight, long seed) {
            return new OftForm(OftLayer.of(iso, OftOptions.DEFAULT.withBlocks(blockSize, 1), weight.value()), weight);
        }

        @Override
        public double clip(long step) {
            return Double.POSITIVE_INFINITY;
        }

        @Override
        public Scope scope() {
            return Scope.HIDDEN;
        }
    }

    private final OftLayer layer;
    private final OftParameters gradient;
    private final List<Weight> trained;
    private final Matrix current;

    private OftForm(OftLayer layer, Weight weight) {
        this.layer = layer;
        this.gradient = layer.parameters().allocateLike();
        this.trained = Weight.generators(weight.name(), layer.parameters().generators(), gradient.generators());
        this.current = Floats.matrix(layer.outputs(), layer.inputs());
    }

    @Override
    public List<Weight> weights() {
        return trained;
    }

    /** {@return none: W₀ is what the run starts from} */
    @Override
    public List<Weight> frozen() {
        return List.of();
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
        // Nothing is merged before the end.
    }

    @Override
    public void keep() {
        // W₀ never changes.
    }

    @Override
    public void resume(long steps) {
        // The generators were read in place.
    }
}
