package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * The R in O(n) or SO(n) that maximises ⟨AᵀB, R⟩ where A and B have fewer rows than columns, by products in place of the
 * singular values of AᵀB: of all such R the nearest to the identity, or the partial isometry.
 *
 * <p>With an orthonormal basis S of the rows of A and B, [Aᵀ Bᵀ] = S·[A′ᵀ B′ᵀ], R = I + S(R′ − I)Sᵀ: what is outside of S stays, and
 * R′ solves the same problem for A′ and B′ of 2m columns. For those, A′ᵀ = X·U and B′ᵀ = Y·V by QR, and XᵀR′Y must be the polar
 * factor P of U·Vᵀ, while the rest of R′ takes the null space of Y to that of X by what is nearest to the identity: the polar
 * factor of XₙᵀYₙ. Both together are the polar factor of M = 2XPYᵀ + (I − XXᵀ)(I − YYᵀ), whose singular values are 2, m times,
 * and the cosines of the angles between the null spaces. A wrong determinant negates the least of these, as it should.
 */
final class ThinRotation {
    private ThinRotation() {}

    /**
     * r ← R, if UVᵀ is regular by the options' tolerance; otherwise r is unspecified. Waits as {@link NearestRotation} does for a
     * full rank, and once more, or three times for small m.
     *
     * @param stream where it runs
     * @param a A, m × n, 1 ≤ m < n, F64
     * @param b B, m × n, F64
     * @param options group, policy and tolerance
     * @param r n × n, F64, output; no operand
     * @return σ₁/σₘ, or an estimate from above, and m; infinite and 0 if UVᵀ is singular or not finite
     */
    static NearestRotation.Solution solve(
            ComputeStream stream, Matrix a, Matrix b, ProcrustesOptions options, Matrix r) {
        Workspace ws = stream.workspace();
        int m = a.rows();
        int n = a.columns();
        ws.mark();
        try {
            if (2 * m >= n) {
                return solveFull(stream, a.transposed(), b.transposed(), options, r);
            }
            Matrix both = ws.matrix(DType.F64, n, 2 * m);
            Matrix basis = ws.matrix(DType.F64, n, 2 * m);
            Matrix coordinates = ws.matrix(DType.F64, 2 * m, 2 * m);
            Matrix small = ws.matrix(DType.F64, 2 * m, 2 * m);
            stream.copy(a.transposed(), ws.view(both, 0, 0, n, m));
            stream.copy(b.transposed(), ws.view(both, 0, m, n, m));
            stream.qr(both, basis, coordinates);
            NearestRotation.Solution solution = solveFull(
                    stream, ws.view(coordinates, 0, 0, 2 * m, m), ws.view(coordinates, 0, m, 2 * m, m), options, small);
            if (solution.rank() == m) {
                embed(stream, basis, small, options.nullSpace(), r);
            }
            return solution;
        } finally {
            ws.release();
        }
    }

    /** r ← I + S(R′ − I)Sᵀ, or SR′Sᵀ for a partial isometry, polished; small is overwritten. */
    private static void embed(ComputeStream stream, Matrix basis, Matrix small, NullSpace policy, Matrix r) {
        Workspace ws = stream.workspace();
        int n = r.rows();
        ws.mark();
        try {
            Matrix turned = ws.matrix(DType.F64, n, small.rows());
            Matrix product = ws.matrix(DType.F64, n, n);
            stream.fill(product, 0);
            if (policy != NullSpace.PARTIAL_ISOMETRY) {
                stream.addDiagonal(-1, small);
                stream.addDiagonal(1, product);
            }
            stream.gemm(Arithmetic.F64, 1, basis, small, 0, turned, turned);
            stream.gemm(Arithmetic.F64, 1, turned, basis.transposed(), 1, product, product);
            OrthonormalPolish.apply(stream, product, r);
        } finally {
            ws.release();
        }
    }

    /** The solution for tall a = Aᵀ and b = Bᵀ, n × m, whatever n is. */
    private static NearestRotation.Solution solveFull(
            ComputeStream stream, Matrix a, Matrix b, ProcrustesOptions options, Matrix r) {
        Workspace ws = stream.workspace();
        int n = a.rows();
        int m = a.columns();
        ws.mark();
        try {
            Matrix x = ws.matrix(DType.F64, n, m);
            Matrix y = ws.matrix(DType.F64, n, m);
            Matrix u = ws.matrix(DType.F64, m, m);
            Matrix v = ws.matrix(DType.F64, m, m);
            Matrix core = ws.matrix(DType.F64, m, m);
            Matrix p = ws.matrix(DType.F64, m, m);
            Matrix whole = ws.matrix(DType.F64, n, n);
            stream.qr(a, x, u);
            stream.qr(b, y, v);
            stream.gemm(Arithmetic.F64, 1, u, v.transposed(), 0, core, core);
            double condition = core(stream, core, options.rankTolerance(), p);
            if (condition == Double.POSITIVE_INFINITY) {
                return new NearestRotation.Solution(condition, 0);
            }
            Matrix turned = ws.matrix(DType.F64, n, m);
            if (options.nullSpace() == NullSpace.PARTIAL_ISOMETRY) {
                stream.gemm(Arithmetic.F64, 1, x, p, 0, turned, turned);
                stream.gemm(Arithmetic.F64, 1, turned, y.transposed(), 0, whole, whole);
                OrthonormalPolish.apply(stream, whole, r);
            } else {
                // M = I − XXᵀ + (X(2P + XᵀY) − Y)Yᵀ.
                stream.fill(whole, 0);
                stream.addDiagonal(1, whole);
                stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, -1, x, x.transposed(), 1, whole, whole);
                stream.gemm(Arithmetic.F64, 1, x.transposed(), y, 2, p, p);
                stream.gemm(Arithmetic.F64, 1, x, p, -1, y, turned);
                stream.gemm(Arithmetic.F64, 1, turned, y.transposed(), 1, whole, whole);
                NearestRotation.solve(
                        stream, whole, options.withNullSpace(NullSpace.ANY).withRankTolerance(0), r);
            }
            return new NearestRotation.Solution(condition, m);
        } finally {
            ws.release();
        }
    }

    /** p ← the polar factor of c. {@return σ₁/σₘ, infinite where the last is within the tolerance, or c not finite} */
    private static double core(ComputeStream stream, Matrix c, double tolerance, Matrix p) {
        PolarFactor.Outcome outcome = c.rows() > NearestRotation.SMALL
                ? WeightedHalley.factor(stream, c, WeightedHalley.Steps.BEST, p)
                : PolarFactor.bySvd(stream, c, p);
        return outcome.condition() * tolerance < 1 ? outcome.condition() : Double.POSITIVE_INFINITY;
    }
}
