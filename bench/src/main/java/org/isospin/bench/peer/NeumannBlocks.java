package org.isospin.bench.peer;

import java.util.List;

/**
 * (I + A)(I + A + A² + A³) and its cotangent, block by block, in the products that automatic differentiation makes of the formula: three
 * forward and six backward.
 *
 * @param <M> the library's matrices
 */
final class NeumannBlocks<M> {
    private final Algebra<M> algebra;
    private final M square;
    private final M sum;
    private final M work;
    private final M transposed;
    private final M ofSum;
    private final M ofSquare;

    NeumannBlocks(Algebra<M> algebra) {
        this.algebra = algebra;
        square = algebra.matrix();
        sum = algebra.matrix();
        work = algebra.matrix();
        transposed = algebra.matrix();
        ofSum = algebra.matrix();
        ofSquare = algebra.matrix();
    }

    /** out ← the products, gradients ← M − Mᵀ. */
    void compute(List<M> a, List<M> cotangents, List<M> out, List<M> gradients) {
        for (int i = 0; i < a.size(); i++) {
            forward(a.get(i), out.get(i));
            backward(a.get(i), cotangents.get(i), gradients.get(i));
        }
    }

    private void forward(M a, M out) {
        algebra.multiply(a, a, square);
        algebra.multiply(square, a, sum);
        algebra.combine(1, square, 1, sum);
        algebra.combine(1, a, 1, sum);
        algebra.shift(1, sum);
        algebra.copy(sum, out);
        algebra.multiplyAdd(a, sum, out);
    }

    private void backward(M a, M g, M gradient) {
        algebra.transpose(a, transposed);
        // S = I + A + A² + A³: its cotangent is (I + A)ᵀG, and that of A³.
        algebra.copy(g, ofSum);
        algebra.multiplyAdd(transposed, g, ofSum);
        algebra.copy(ofSum, ofSquare);
        algebra.multiplyAdd(ofSum, transposed, ofSquare);
        algebra.copy(ofSum, gradient);
        algebra.transpose(sum, work);
        algebra.multiplyAdd(g, work, gradient);
        algebra.transpose(square, work);
        algebra.multiplyAdd(work, ofSum, gradient);
        algebra.multiplyAdd(ofSquare, transposed, gradient);
        algebra.multiplyAdd(transposed, ofSquare, gradient);
        algebra.transpose(gradient, work);
        algebra.combine(-1, work, 1, gradient);
    }
}
