package org.isospin.bench.peer;

import java.util.List;

/**
 * OrthoMerge as its authors' programs compute it: rotations U·Vᵀ by singular value decompositions of W₀ᵀWᵢ, their inverse Cayley
 * transforms and that of the mean by LU, and the mean of the residuals.
 *
 * @param <M> the library's matrices
 */
final class SolvedOrthoMerge<M> {
    private final Algebra<M> algebra;
    private final M work;
    private final M rotation;
    private final M generator;
    private final M sum;

    SolvedOrthoMerge(Algebra<M> algebra) {
        this.algebra = algebra;
        work = algebra.matrix();
        rotation = algebra.matrix();
        generator = algebra.matrix();
        sum = algebra.matrix();
    }

    /** out ← the merged weights. */
    void merge(M base, List<M> experts, M out) {
        double norms = 0;
        double share = 1.0 / experts.size();
        algebra.combine(0, base, 0, sum);
        algebra.combine(0, base, 0, out);
        for (M expert : experts) {
            algebra.multiplyTransposed(base, expert, work);
            algebra.polarBySvd(work, rotation);
            // What is left of the expert: W₀R is taken from it.
            algebra.multiply(base, rotation, work);
            algebra.combine(share, expert, 1, out);
            algebra.combine(-share, work, 1, out);
            cayley(rotation, -1, generator);
            norms += algebra.frobenius(generator);
            algebra.combine(1, generator, 1, sum);
        }
        double length = algebra.frobenius(sum);
        algebra.combine(0, sum, length == 0 ? 1 : norms / length * share, sum);
        cayley(sum, 1, rotation);
        algebra.multiplyAdd(base, rotation, out);
    }

    /** out ← (I − X)⁻¹(I + X) with sign 1, and (X + I)⁻¹(X − I), its inverse, with sign −1. */
    private void cayley(M x, int sign, M out) {
        algebra.combine(-sign, x, 0, work);
        algebra.shift(1, work);
        algebra.combine(1, x, 0, out);
        algebra.shift(sign, out);
        algebra.solve(work, out);
    }
}
