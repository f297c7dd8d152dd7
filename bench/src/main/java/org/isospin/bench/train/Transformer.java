package org.isospin.bench.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Role;

/**
 * A language model: token and position embeddings, blocks of attention and perceptron, a norm, and a head that scores every
 * token as the next one. The loss is the mean of −log softmax(scores)[next], in nats.
 *
 * <p>Weights are drawn so that every linear map keeps mean squares, and the head's small, so that all tokens start about
 * equally likely. Activations of the forward pass are kept for the backward one; memory is allocated once.
 */
final class Transformer {
    private static final double HEAD_DEVIATION = 0.02;
    private static final double POSITION_DEVIATION = 0.1;

    private final ModelShape shape;
    private final int tokens;
    private final Weight embedding;
    private final Weight positions;
    private final Block[] blocks;
    private final Norm norm;
    private final Linear head;
    private final Matrix[] residual;
    private final Matrix normed;
    private final Matrix scores;
    private final Matrix gradient;
    private final double[] losses;

    /**
     * Makes a model of random weights.
     *
     * @param iso computes its products
     * @param shape its shape
     * @param windows how many windows it sees at once
     * @param random draws its weights
     */
    Transformer(Isospin iso, ModelShape shape, int windows, RandomGenerator random) {
        int d = shape.width();
        this.shape = shape;
        this.tokens = windows * shape.context();
        this.embedding = Weight.gaussian("embedding", Role.EMBEDDING, shape.vocabulary(), d, 1, random);
        this.positions = Weight.gaussian("positions", Role.EMBEDDING, shape.context(), d, POSITION_DEVIATION, random);
        this.blocks = new Block[shape.layers()];
        this.residual = new Matrix[blocks.length + 1];
        residual[0] = Floats.matrix(tokens, d);
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = new Block(iso, "blocks." + i, shape, windows, random);
            residual[i + 1] = Floats.matrix(tokens, d);
        }
        this.norm = new Norm("norm", shape);
        this.head = new Linear(iso, "head", Role.HEAD, shape.vocabulary(), d, HEAD_DEVIATION, random);
        this.normed = Floats.matrix(tokens, d);
        this.scores = Floats.matrix(tokens, shape.vocabulary());
        this.gradient = Floats.matrix(tokens, d);
        this.losses = new double[tokens];
    }

    /** {@return the maps inside the blocks, always in the same order} */
    List<Linear> hidden() {
        return Arrays.stream(blocks).flatMap(b -> b.linears().stream()).toList();
    }

    /**
     * Makes every matrix inside the blocks, as it is now, train as something else.
     *
     * @param maker as what
     * @param seed draws what there is to draw
     */
    void trainAs(LinearForm.Maker maker, long seed) {
        hidden().forEach(l -> l.trainAs(maker, seed));
    }

    ModelShape shape() {
        return shape;
    }

    /** {@return every matrix as it acts, by name; memory that a later call may write anew} */
    SequencedMap<String, Matrix> matrices() {
        SequencedMap<String, Matrix> all = new LinkedHashMap<>();
        outside().forEach(w -> all.put(w.name(), w.value()));
        hidden().forEach(l -> all.put(l.name(), l.form().weight()));
        return all;
    }

    /** {@return what is not a matrix inside the blocks} */
    private List<Weight> outside() {
        Set<Weight> inside = new HashSet<>();
        hidden().forEach(l -> inside.addAll(l.weights()));
        return weights().stream().filter(w -> !inside.contains(w)).toList();
    }

    /** {@return every weight that trains, if all do, always in the same order} */
    List<Weight> weights() {
        List<Weight> all = new ArrayList<>(List.of(embedding, positions));
        for (Block block : blocks) {
            all.addAll(block.weights());
        }
        all.addAll(norm.weights());
        all.addAll(head.weights());
        return all;
    }

    /**
     * {@return the mean loss on a batch}
     *
     * @param batch windows of the model's context
     */
    double loss(Batch batch) {
        logits(batch);
        Floats.forEach(tokens, t -> losses[t] = crossEntropy(t, batch.target(t)));
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum / tokens;
    }

    /** {@return the scores of every token as the next one, a row a position; memory that a later call writes anew} */
    Matrix logits(Batch batch) {
        embed(batch);
        for (int i = 0; i < blocks.length; i++) {
            blocks[i].forward(residual[i], residual[i + 1]);
        }
        norm.forward(residual[blocks.length], normed);
        head.forward(normed, scores);
        return scores;
    }

    /** {@return the loss of each token that was computed last} */
    List<Double> losses() {
        return Arrays.stream(losses).boxed().toList();
    }

    /** Finds the gradients of the loss that was computed last, of the same batch. */
    void backward(Batch batch) {
        head.backward(normed, scores, gradient);
        norm.backward(residual[blocks.length], gradient, gradient);
        for (int i = blocks.length - 1; i >= 0; i--) {
            blocks[i].backward(residual[i], gradient);
        }
        embedBackward(batch);
    }

    /** {@return −log softmax(scores)[target] of a row, whose scores become the loss's derivatives by them} */
    private double crossEntropy(int row, int target) {
        float[] z = Floats.of(scores);
        int v = shape.vocabulary();
        int at = row * v;
        float largest = z[at];
        for (int j = 1; j < v; j++) {
            largest = Math.max(largest, z[at + j]);
        }
        double sum = 0;
        double own = z[at + target] - largest;
        for (int j = 0; j < v; j++) {
            double e = Math.exp(z[at + j] - largest);
            sum += e;
            z[at + j] = (float) e;
        }
        float factor = (float) (1 / (sum * tokens));
        for (int j = 0; j < v; j++) {
            z[at + j] *= factor;
        }
        z[at + target] -= 1f / tokens;
        return Math.log(sum) - own;
    }

    private void embed(Batch batch) {
        float[] x = Floats.of(residual[0]);
        float[] e = Floats.of(embedding.value());
        float[] p = Floats.of(positions.value());
        int d = shape.width();
        for (int t = 0; t < tokens; t++) {
            int token = batch.token(t) * d;
            int position = t % shape.context() * d;
            for (int j = 0; j < d; j++) {
                x[t * d + j] = e[token + j] + p[position + j];
            }
        }
    }

    private void embedBackward(Batch batch) {
        float[] g = Floats.of(gradient);
        float[] de = Floats.of(embedding.gradient());
        float[] dp = Floats.of(positions.gradient());
        Arrays.fill(de, 0);
        Arrays.fill(dp, 0);
        int d = shape.width();
        for (int t = 0; t < tokens; t++) {
            int token = batch.token(t) * d;
            int position = t % shape.context() * d;
            for (int j = 0; j < d; j++) {
                de[token + j] += g[t * d + j];
                dp[position + j] += g[t * d + j];
            }
        }
    }
}
