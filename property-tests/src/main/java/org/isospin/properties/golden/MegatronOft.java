package org.isospin.properties.golden;

import java.util.stream.IntStream;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.Butterfly;
import org.isospin.rotation.ButterflyDerivative;
import org.isospin.rotation.ButterflyPattern;
import org.isospin.rotation.CayleyNeumannDerivative;
import org.isospin.rotation.CayleyStep;

/**
 * Group megatron_oft: truncated Cayley transforms with their gradients (kernel, torch), and tokens turned by the blocks of their
 * expert (routed).
 *
 * <p>The gradient is by all elements of Q, as if they were free: the derivative of the polynomial at Qᵀ along G = S + T, symmetric
 * and skew. That along T is a derivative along a skew direction. For that along S, A + iS as a real matrix is [[A, S], [−S, A]],
 * skew where A is: both are blocks of one derivative of twice the order.
 */
final class MegatronOft implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        if (golden.inputs().contains("x")) {
            routed(iso, golden, mode, out);
        } else {
            rotations(iso, golden, mode, out);
        }
    }

    private static void rotations(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        int b = golden.integer("block_size");
        int order = PoetLayers.order(golden.integer("num_terms"));
        Matrix q = golden.input("Q", mode);
        Matrix cotangent = golden.input("dR", mode);
        Matrix r = PoetLayers.result(q.dtype(), q.rows(), b);
        Matrix gradient = PoetLayers.result(q.dtype(), q.rows(), b);
        for (int i = 0; i < q.rows(); i += b) {
            Matrix block = q.view(i, 0, b, b);
            iso.cayleyNeumann(SkewMatrix.copyOf(block), order, CayleyStep.FULL, r.view(i, 0, b, b));
            gradient(iso, block, order, cotangent.view(i, 0, b, b), gradient.view(i, 0, b, b));
        }
        out.put("R", r);
        out.put("grad_Q", gradient);
    }

    private static void gradient(Isospin iso, Matrix q, int order, Matrix g, Matrix out) {
        int b = q.rows();
        Matrix at = Matrix.allocate(q.dtype(), 2 * b, 2 * b);
        q.transposed().copyTo(at.view(0, 0, b, b));
        q.transposed().copyTo(at.view(b, b, b, b));
        Matrix along = Matrix.allocate(q.dtype(), 2 * b, 2 * b);
        for (int i = 0; i < b; i++) {
            for (int j = 0; j < b; j++) {
                double symmetric = (g.get(i, j) + g.get(j, i)) / 2;
                double skew = (g.get(i, j) - g.get(j, i)) / 2;
                along.set(i, j, skew);
                along.set(b + i, b + j, skew);
                along.set(i, b + j, symmetric);
                along.set(b + i, j, -symmetric);
            }
        }
        Matrix derivative = PoetLayers.result(q.dtype(), 2 * b, 2 * b);
        CayleyNeumannDerivative.productJvp(
                iso, SkewMatrix.copyOf(at), order, CayleyStep.FULL, SkewMatrix.copyOf(along), derivative);
        for (int i = 0; i < b; i++) {
            for (int j = 0; j < b; j++) {
                out.set(i, j, derivative.get(i, j) + derivative.get(i, b + j));
            }
        }
    }

    /** Rows of no expert are zero. */
    private static void routed(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix x = golden.input("x", mode);
        Matrix dy = golden.input("dy", mode);
        Matrix r = golden.input("R", mode);
        int[] expertOf = PoetLayers.integers(golden.numbers("pos_to_expert"));
        int n = x.columns();
        ButterflyPattern pattern = ButterflyPattern.of(n, golden.integer("block_size"), 1);
        Matrix y = Matrix.allocate(x.dtype(), x.rows(), n);
        Matrix gradient = PoetLayers.result(x.dtype(), r.rows(), r.columns());
        for (int expert = 0; expert < golden.integer("experts"); expert++) {
            int mine = expert;
            int[] rows = IntStream.range(0, expertOf.length)
                    .filter(t -> expertOf[t] == mine)
                    .toArray();
            Matrix tokens = rows(x, rows);
            Matrix cotangents = rows(dy, rows);
            Matrix blocks = r.view(expert * n, 0, n, r.columns());
            Matrix turned = PoetLayers.result(x.dtype(), rows.length, n);
            Butterfly.applyTransposed(iso, pattern, blocks, tokens.transposed(), turned.transposed());
            for (int i = 0; i < rows.length; i++) {
                turned.row(i).copyTo(y.row(rows[i]));
            }
            // The gradient of ⟨dy, x·R⟩ is that of ⟨xᵀ, R·dyᵀ⟩.
            ButterflyDerivative.vjp(
                    iso,
                    pattern,
                    blocks,
                    cotangents.transposed(),
                    tokens.transposed(),
                    gradient.view(expert * n, 0, n, r.columns()),
                    PoetLayers.result(x.dtype(), n, rows.length));
        }
        out.put("y", y);
        out.put("grad_R", gradient);
    }

    private static Matrix rows(Matrix m, int[] rows) {
        Matrix out = PoetLayers.result(m.dtype(), rows.length, m.columns());
        for (int i = 0; i < rows.length; i++) {
            m.row(rows[i]).copyTo(out.row(i));
        }
        return out;
    }
}
