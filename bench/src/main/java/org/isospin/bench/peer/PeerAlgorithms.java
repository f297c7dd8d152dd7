package org.isospin.bench.peer;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.isospin.bench.problem.Operation;
import org.isospin.bench.problem.Problem;
import org.isospin.bench.problem.Task;

/**
 * The operations in another library's primitives, each by the best algorithm known for it.
 *
 * @param <M> the library's matrices
 */
final class PeerAlgorithms<M> {
    /** (3.4445, −4.7750, 2.0315), five times. */
    private static final double[][] KELLER_JORDAN = {
        {3.4445, -4.7750, 2.0315},
        {3.4445, -4.7750, 2.0315},
        {3.4445, -4.7750, 2.0315},
        {3.4445, -4.7750, 2.0315},
        {3.4445, -4.7750, 2.0315}
    };

    /** Polar Express with the safety factor 1.01 in all but the last step (Amsel et al. 2025, arXiv 2505.16932). */
    private static final double[][] POLAR_EXPRESS = {
        {8.20516041400557, -22.901934987056045, 16.46072491018031},
        {4.066915619879589, -2.861284534588477, 0.518380446477861},
        {3.913492611205463, -2.8242518767230886, 0.5248485625148537},
        {3.306013970133768, -2.430227567449684, 0.48695152055094765},
        {2.304016813944474, -1.6427206546268969, 0.4009100949022211}
    };

    /** η·c, how far an element of a weight moves in the root mean square. */
    private static final double PION_MOVE = 2e-4;

    private final Algebra<M> algebra;

    PeerAlgorithms(Algebra<M> algebra) {
        this.algebra = algebra;
    }

    /** {@return a library's computation of an operation} */
    Task task(Operation operation, Problem problem) {
        List<M> operands = problem.operands().stream().map(algebra::copyOf).toList();
        M out = algebra.matrix();
        return switch (operation) {
            case GEMM -> into(out, () -> algebra.multiply(operands.get(0), operands.get(1), out));
            case GEMMT -> into(out, () -> algebra.gram(operands.getFirst(), out));
            case EXP -> {
                TaylorExp<M> exp = new TaylorExp<>(algebra);
                yield into(out, () -> exp.exp(operands.getFirst(), out));
            }
            case CAYLEY -> cayley(operands.getFirst(), out);
            case CAYLEY_NEUMANN -> neumann(operands.getFirst(), out);
            case NEUMANN_BLOCKS -> neumannBlocks(operands);
            case MSIGN -> msign(operands.getFirst(), POLAR_EXPRESS, out);
            case MSIGN_KJ -> msign(operands.getFirst(), KELLER_JORDAN, out);
            case POLAR -> {
                NewtonPolar<M> newton = new NewtonPolar<>(algebra);
                yield into(out, () -> newton.polar(operands.getFirst(), out));
            }
            case PROCRUSTES -> {
                NewtonPolar<M> newton = new NewtonPolar<>(algebra);
                M product = algebra.matrix();
                yield into(out, () -> {
                    algebra.multiplyTransposed(operands.get(0), operands.get(1), product);
                    newton.polar(product, out);
                });
            }
            case HAAR -> haar(out);
            case SINGULAR_VALUES -> singularValues(operands.getFirst());
            case SVD -> svd(operands.getFirst());
            case QR -> qr(operands.getFirst(), out);
            case INVERSE ->
                into(out, () -> {
                    algebra.copy(operands.getFirst(), out);
                    algebra.invert(out);
                });
            case ORTHO_MERGE -> {
                SolvedOrthoMerge<M> merge = new SolvedOrthoMerge<>(algebra);
                yield into(out, () -> merge.merge(operands.getFirst(), operands.subList(1, operands.size()), out));
            }
            case PION_STEP -> pion(operands.get(0), operands.get(1), problem.n(), out);
        };
    }

    /** (I − A)⁻¹·(I + A) by LU. */
    private Task cayley(M a, M out) {
        M denominator = algebra.matrix();
        return into(out, () -> {
            algebra.combine(-1, a, 0, denominator);
            algebra.shift(1, denominator);
            algebra.copy(a, out);
            algebra.shift(1, out);
            algebra.solve(denominator, out);
        });
    }

    /** (I + A)(I + A + A² + A³) = I + 2A + 2A² + A²(2A + A²), with A² = −A·Aᵀ. */
    private Task neumann(M a, M out) {
        M square = algebra.matrix();
        M factor = algebra.matrix();
        return into(out, () -> {
            algebra.gram(a, square);
            algebra.combine(-1, square, 0, factor);
            algebra.combine(2, a, 1, factor);
            algebra.combine(2, a, 0, out);
            algebra.combine(-2, square, 1, out);
            algebra.shift(1, out);
            algebra.combine(-1, square, 0, square);
            algebra.multiplyAdd(square, factor, out);
        });
    }

    /** Of blocks and their cotangents; the results of the first and the last one. */
    private Task neumannBlocks(List<M> operands) {
        NeumannBlocks<M> neumann = new NeumannBlocks<>(algebra);
        int count = operands.size() / 2;
        List<M> out = matrices(count);
        List<M> gradients = matrices(count);
        return Task.into(
                Stream.of(out.getFirst(), out.getLast(), gradients.getFirst(), gradients.getLast())
                        .map(algebra::toMatrix)
                        .toList(),
                () -> neumann.compute(operands.subList(0, count), operands.subList(count, 2 * count), out, gradients));
    }

    private List<M> matrices(int count) {
        return IntStream.range(0, count).mapToObj(i -> algebra.matrix()).toList();
    }

    /** X ← aX + (bG + cG²)X with G = X·Xᵀ, from X = A/(1.01‖A‖_F). */
    private Task msign(M a, double[][] schedule, M out) {
        M gram = algebra.matrix();
        M square = algebra.matrix();
        M next = algebra.matrix();
        return into(out, () -> {
            // They change places at each step; out comes last.
            M x = schedule.length % 2 == 0 ? out : next;
            M y = schedule.length % 2 == 0 ? next : out;
            algebra.combine(1 / (1.01 * algebra.frobenius(a)), a, 0, x);
            for (double[] p : schedule) {
                algebra.gram(x, gram);
                algebra.gram(gram, square);
                algebra.combine(p[1], gram, p[2], square);
                algebra.combine(p[0], x, 0, y);
                algebra.multiplyAdd(square, x, y);
                M swap = x;
                x = y;
                y = swap;
            }
        });
    }

    /**
     * As the released code of Pion orders the products of a first step: A_in = GᵀW − WᵀG, A_out = WGᵀ − GWᵀ,
     * α = 2·10⁻⁴·n/‖W·A_in + A_out·W‖_F, then W + αW·A_in + α²W·A_in²/2, and the same with A_out from the left.
     */
    private Task pion(M w, M g, int n, M out) {
        M inner = algebra.matrix();
        M outer = algebra.matrix();
        M first = algebra.matrix();
        M second = algebra.matrix();
        return into(out, () -> {
            algebra.multiplyTransposed(w, g, first);
            algebra.transpose(first, inner);
            algebra.combine(-1, first, 1, inner);
            algebra.transpose(g, second);
            algebra.multiply(w, second, outer);
            algebra.transpose(outer, second);
            algebra.combine(-1, second, 1, outer);
            algebra.multiply(w, inner, first);
            algebra.copy(first, second);
            algebra.multiplyAdd(outer, w, second);
            double norm = algebra.frobenius(second);
            double alpha = norm == 0 ? 0 : PION_MOVE * n / norm;
            algebra.copy(w, out);
            algebra.combine(alpha, first, 1, out);
            algebra.multiply(first, inner, second);
            algebra.combine(0.5 * alpha * alpha, second, 1, out);
            algebra.multiply(outer, out, first);
            algebra.multiply(outer, first, second);
            algebra.combine(alpha, first, 1, out);
            algebra.combine(0.5 * alpha * alpha, second, 1, out);
        });
    }

    private Task haar(M out) {
        M r = algebra.matrix();
        long[] seed = {1};
        return into(out, () -> {
            algebra.gaussian(seed[0]++, out);
            algebra.qr(out, r);
            algebra.flipColumns(out, r);
        });
    }

    private Task qr(M a, M out) {
        M r = algebra.matrix();
        return Task.fresh(() -> {
            algebra.copy(a, out);
            algebra.qr(out, r);
            return List.of(algebra.toMatrix(out), algebra.toMatrix(r));
        });
    }

    private Task singularValues(M a) {
        M work = algebra.matrix();
        return Task.fresh(() -> {
            algebra.copy(a, work);
            return List.of(algebra.singularValues(work));
        });
    }

    private Task svd(M a) {
        M work = algebra.matrix();
        return Task.fresh(() -> {
            algebra.copy(a, work);
            return algebra.svd(work);
        });
    }

    private Task into(M out, Runnable computation) {
        return Task.into(List.of(algebra.toMatrix(out)), computation);
    }
}
