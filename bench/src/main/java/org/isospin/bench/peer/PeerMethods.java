package org.isospin.bench.peer;

import java.util.List;
import org.isospin.Matrix;

/**
 * The {@link Method}s in another library's primitives.
 *
 * @param <M> the library's matrices
 */
final class PeerMethods<M> {
    private final Algebra<M> algebra;

    PeerMethods(Algebra<M> algebra) {
        this.algebra = algebra;
    }

    /** {@return what a library computes of operands} */
    Matrix result(Method method, List<Matrix> operands) {
        List<M> given = operands.stream().map(algebra::copyOf).toList();
        M a = given.getFirst();
        M out = algebra.matrix();
        switch (method) {
            case EXP_TAYLOR -> new TaylorExp<>(algebra).exp(a, out);
            case EXP_PADE -> new PadeExp<>(algebra).exp(a, out);
            case CAYLEY_SOLVE -> solve(a, out);
            case CAYLEY_INVERSE -> inverse(a, out);
            case POLAR_NEWTON -> new NewtonPolar<>(algebra).polar(a, out);
            case POLAR_SVD -> algebra.polarBySvd(a, out);
            case PROCRUSTES_NEWTON -> new NewtonPolar<>(algebra).polar(product(given), out);
            case PROCRUSTES_SVD -> algebra.polarBySvd(product(given), out);
        }
        return algebra.toMatrix(out);
    }

    /** out ← (I − A/2)⁻¹(I + A/2). */
    private void solve(M a, M out) {
        M denominator = halfBelowIdentity(a);
        algebra.combine(0.5, a, 0, out);
        algebra.shift(1, out);
        algebra.solve(denominator, out);
    }

    /** out ← 2(I − A/2)⁻¹ − I. */
    private void inverse(M a, M out) {
        M denominator = halfBelowIdentity(a);
        algebra.invert(denominator);
        algebra.combine(2, denominator, 0, out);
        algebra.shift(-1, out);
    }

    private M halfBelowIdentity(M a) {
        M m = algebra.matrix();
        algebra.combine(-0.5, a, 0, m);
        algebra.shift(1, m);
        return m;
    }

    /** {@return AᵀB} */
    private M product(List<M> pair) {
        M product = algebra.matrix();
        algebra.multiplyTransposed(pair.get(0), pair.get(1), product);
        return product;
    }
}
