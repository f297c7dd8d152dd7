package org.isospin.bench.train;

import java.util.List;
import java.util.random.RandomGenerator;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Order;
import org.isospin.decomposition.Products;
import org.isospin.optim.Role;

/**
 * Causal attention of several heads (Vaswani et al. 2017): in each window and head P = softmax(Q·Kᵀ/√w) over what is not
 * in the future, and P·V; Q, K, V and what leaves are linear.
 */
final class Attention {
    private final Isospin iso;
    private final int windows;
    private final int length;
    private final int headWidth;
    private final double scale;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear output;
    private final Matrix q;
    private final Matrix k;
    private final Matrix v;
    private final Matrix mixed;
    private final Matrix dq;
    private final Matrix dk;
    private final Matrix dv;
    private final MatrixBatch[] attention;
    private final MatrixBatch scores;

    Attention(Isospin iso, String name, ModelShape shape, int windows, RandomGenerator random) {
        this.iso = iso;
        this.windows = windows;
        this.length = shape.context();
        this.headWidth = shape.headWidth();
        this.scale = 1 / Math.sqrt(headWidth);
        int d = shape.width();
        double deviation = 1 / Math.sqrt(d);
        this.query = new Linear(iso, name + ".query", Role.HIDDEN, d, d, deviation, random);
        this.key = new Linear(iso, name + ".key", Role.HIDDEN, d, d, deviation, random);
        this.value = new Linear(iso, name + ".value", Role.HIDDEN, d, d, deviation, random);
        this.output = new Linear(iso, name + ".output", Role.HIDDEN, d, d, shape.branchScale() * deviation, random);
        int tokens = windows * length;
        this.q = Floats.matrix(tokens, d);
        this.k = Floats.matrix(tokens, d);
        this.v = Floats.matrix(tokens, d);
        this.mixed = Floats.matrix(tokens, d);
        this.dq = Floats.matrix(tokens, d);
        this.dk = Floats.matrix(tokens, d);
        this.dv = Floats.matrix(tokens, d);
        this.attention = new MatrixBatch[shape.heads()];
        for (int h = 0; h < attention.length; h++) {
            attention[h] = MatrixBatch.allocate(DType.F32, windows, length, length);
        }
        this.scores = MatrixBatch.allocate(DType.F32, windows, length, length);
    }

    List<Linear> linears() {
        return List.of(query, key, value, output);
    }

    void forward(Matrix x, Matrix y) {
        query.forward(x, q);
        key.forward(x, k);
        value.forward(x, v);
        for (int h = 0; h < attention.length; h++) {
            Products.multiplyBatched(iso, scale, head(q, h), head(k, h).transposed(), attention[h]);
            softmax(attention[h]);
            Products.multiplyBatched(iso, 1, attention[h], head(v, h), head(mixed, h));
        }
        output.forward(mixed, y);
    }

    /**
     * The derivatives of the loss by x and the weights, given that by y.
     *
     * @param x what went in
     * @param dy dY
     * @param dx receives dX
     */
    void backward(Matrix x, Matrix dy, Matrix dx) {
        output.backward(mixed, dy, mixed);
        Matrix dmixed = mixed;
        for (int h = 0; h < attention.length; h++) {
            Products.multiplyBatched(iso, 1, attention[h].transposed(), head(dmixed, h), head(dv, h));
            Products.multiplyBatched(iso, 1, head(dmixed, h), head(v, h).transposed(), scores);
            throughSoftmax(attention[h], scores);
            Products.multiplyBatched(iso, scale, scores, head(k, h), head(dq, h));
            Products.multiplyBatched(iso, scale, scores.transposed(), head(q, h), head(dk, h));
        }
        Matrix part = mixed;
        query.backward(x, dq, dx);
        key.backward(x, dk, part);
        Floats.add(part, dx);
        value.backward(x, dv, part);
        Floats.add(part, dx);
    }

    /** What a head sees of a matrix of tokens × d: a matrix a window. */
    private MatrixBatch head(Matrix m, int h) {
        return MatrixBatch.wrap(
                m.storage(),
                m.byteOffset() + (long) h * headWidth * DType.F32.bytes(),
                DType.F32,
                windows,
                length,
                headWidth,
                m.stride(),
                Order.ROW_MAJOR,
                length * m.stride());
    }

    /** Row i ← softmax of its elements 0 … i, the others 0. */
    private void softmax(MatrixBatch rows) {
        float[] p = Floats.of(rows.first());
        Floats.forEach(windows, window -> {
            for (int i = 0; i < length; i++) {
                int at = (window * length + i) * length;
                float largest = p[at];
                for (int j = 1; j <= i; j++) {
                    largest = Math.max(largest, p[at + j]);
                }
                float sum = 0;
                for (int j = 0; j <= i; j++) {
                    p[at + j] = (float) Math.exp(p[at + j] - largest);
                    sum += p[at + j];
                }
                float inverse = 1 / sum;
                for (int j = 0; j <= i; j++) {
                    p[at + j] *= inverse;
                }
                java.util.Arrays.fill(p, at + i + 1, at + length, 0);
            }
        });
    }

    /** dS = P ∘ (dP − Σ dP ∘ P), row by row; where P is 0 so is dS. */
    private void throughSoftmax(MatrixBatch weights, MatrixBatch derivatives) {
        float[] p = Floats.of(weights.first());
        float[] d = Floats.of(derivatives.first());
        Floats.forEach(windows, window -> {
            for (int i = 0; i < length; i++) {
                int at = (window * length + i) * length;
                float dot = 0;
                for (int j = 0; j <= i; j++) {
                    dot += p[at + j] * d[at + j];
                }
                for (int j = 0; j < length; j++) {
                    d[at + j] = p[at + j] * (d[at + j] - dot);
                }
            }
        });
    }
}
