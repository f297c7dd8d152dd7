package org.isospin.bench.accuracy;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.isospin.Matrix;

/**
 * What exact arithmetic gives, to much less than 0.01u of F64 ({@link #ACCURACY}), for errors to be measured against. Sums
 * and products have about 106 bits ({@link WideMatrix}); what is found in F64 only starts or corrects an iteration, whose
 * end is certified by a residual that bounds the distance to the exact result.
 *
 * <ul>
 *   <li>exp: the Taylor polynomial of degree 16 of A/2ˢ, ‖A/2ˢ‖ ≤ ⅛, whose remainder is below 10⁻²⁹, squared s times. Each
 *       squaring doubles the error: for ‖A‖ = 100 and n = 256, 2¹⁰·n·2⁻¹⁰⁴ is 10⁻²⁶.
 *   <li>Cayley: with M = I − A/2, Q = 2M⁻¹ − I and Newton's iteration X ← X + X(I − MX) for M⁻¹. As ‖M⁻¹‖ ≤ 1 for skew A,
 *       Q is off by at most ‖Q·M − (I + A/2)‖, which is measured.
 *   <li>polar: from the U·Vᵀ of a singular value decomposition, Q ← Q + ½Q(I − QᵀQ) and Q ← Q(I + Ω), with the skew Ω that
 *       makes QᵀA symmetric to first order: in the basis V, Ωᵢⱼ = 2Kᵢⱼ/(σᵢ + σⱼ), K the skew part of QᵀA. Both converge
 *       quadratically up to the accuracy of V and σ, and Q is off by at most about ‖K‖_F/σ_min + ½‖QᵀQ − I‖_F, measured.
 * </ul>
 */
final class Truth {
    /** The largest error of a truth, ‖·‖_F/√n: 0.01u of F64. */
    static final double ACCURACY = 0.01 * 0x1p-53;

    private static final int TAYLOR_DEGREE = 16;
    private static final double TAYLOR_NORM = 0.125;
    private static final int MOST_STEPS = 12;

    private Truth() {}

    /**
     * {@return exp(A)}
     *
     * @param a A
     * @param norm a bound on ‖A‖₂
     */
    static WideMatrix exp(WideMatrix a, double norm) {
        int squarings = Math.max(0, Math.getExponent(norm / TAYLOR_NORM) + 1);
        WideMatrix q = taylor(a.scaled(Math.scalb(1.0, -squarings)));
        for (int i = 0; i < squarings; i++) {
            q = q.times(q);
        }
        return q;
    }

    /** I + X + … + X¹⁶/16! in six products: polynomials of degree 3 in X, Horner in X⁴. */
    private static WideMatrix taylor(WideMatrix x) {
        double[] high = new double[TAYLOR_DEGREE + 1];
        double[] low = new double[TAYLOR_DEGREE + 1];
        high[0] = 1;
        for (int k = 1; k <= TAYLOR_DEGREE; k++) {
            high[k] = high[k - 1] / k;
            low[k] = (Math.fma(-high[k], k, high[k - 1]) + low[k - 1]) / k;
        }
        WideMatrix square = x.times(x);
        WideMatrix cube = square.times(x);
        WideMatrix fourth = square.times(square);
        WideMatrix zero = WideMatrix.diagonal(x.order(), 0);
        WideMatrix identity = WideMatrix.diagonal(x.order(), 1);
        WideMatrix sum = zero.plus(high[TAYLOR_DEGREE], low[TAYLOR_DEGREE], identity);
        for (int k = TAYLOR_DEGREE - 4; k >= 0; k -= 4) {
            WideMatrix block = zero.plus(high[k + 3], low[k + 3], cube)
                    .plus(high[k + 2], low[k + 2], square)
                    .plus(high[k + 1], low[k + 1], x)
                    .plus(high[k], low[k], identity);
            sum = k == TAYLOR_DEGREE - 4
                    ? block.plus(high[TAYLOR_DEGREE], low[TAYLOR_DEGREE], fourth)
                    : block.plus(1, fourth.times(sum));
        }
        return sum;
    }

    /** {@return (I − A/2)⁻¹(I + A/2) of a skew A} */
    static WideMatrix cayley(WideMatrix a) {
        int n = a.order();
        WideMatrix identity = WideMatrix.diagonal(n, 1);
        WideMatrix m = identity.plus(-0.5, a);
        DMatrixRMaj start = f64(m);
        if (!CommonOps_DDRM.invert(start)) {
            throw new ArithmeticException("I - A/2 is singular in F64");
        }
        WideMatrix x = wide(start);
        WideMatrix right = identity.plus(0.5, a);
        double error = Double.NaN;
        for (int step = 0; step < MOST_STEPS; step++) {
            x = x.plus(1, x.times(identity.plus(-1, m.times(x))));
            WideMatrix q = x.scaled(2).plus(-1, identity);
            error = q.times(m).distance(right) / Math.sqrt(n);
            if (error <= ACCURACY) {
                return q;
            }
        }
        throw notFound("Cayley transform", error);
    }

    /** {@return the orthogonal polar factor of A, which must not be singular in F64} */
    static WideMatrix polar(WideMatrix a) {
        int n = a.order();
        SingularValueDecomposition_F64<DMatrixRMaj> svd = DecompositionFactory_DDRM.svd(n, n, true, true, true);
        if (!svd.decompose(f64(a))) {
            throw new ArithmeticException("the singular value decomposition of A does not converge");
        }
        double[] sigma = svd.getSingularValues();
        double least = Double.POSITIVE_INFINITY;
        for (double s : sigma) {
            least = Math.min(least, s);
        }
        DMatrixRMaj v = svd.getV(null, false);
        DMatrixRMaj start = new DMatrixRMaj(n, n);
        CommonOps_DDRM.multTransB(svd.getU(null, false), v, start);
        WideMatrix q = wide(start);
        WideMatrix identity = WideMatrix.diagonal(n, 1);
        double error = Double.NaN;
        for (int step = 0; step < MOST_STEPS; step++) {
            WideMatrix transposed = q.transposed();
            WideMatrix defect = identity.plus(-1, transposed.times(q));
            WideMatrix p = transposed.times(a);
            WideMatrix k = p.plus(-1, p.transposed()).scaled(0.5);
            error = (k.frobenius() / least + 0.5 * defect.frobenius()) / Math.sqrt(n);
            if (error <= ACCURACY) {
                return q;
            }
            // Together: Q + Q(½E + Ω), to second order in both.
            q = q.plus(1, q.times(wide(rotation(f64(k), v, sigma)).plus(0.5, defect)));
        }
        throw notFound("polar factor", error);
    }

    /** {@return V·Ω·Vᵀ with Ωᵢⱼ = 2(VᵀKV)ᵢⱼ/(σᵢ + σⱼ)} */
    private static DMatrixRMaj rotation(DMatrixRMaj k, DMatrixRMaj v, double[] sigma) {
        int n = k.numRows;
        DMatrixRMaj half = new DMatrixRMaj(n, n);
        DMatrixRMaj omega = new DMatrixRMaj(n, n);
        CommonOps_DDRM.mult(k, v, half);
        CommonOps_DDRM.multTransA(v, half, omega);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                omega.set(i, j, 2 * omega.get(i, j) / (sigma[i] + sigma[j]));
            }
        }
        CommonOps_DDRM.multTransB(omega, v, half);
        CommonOps_DDRM.mult(v, half, omega);
        return omega;
    }

    /** {@return ‖A‖₂, to a few u of F64} */
    static double norm2(Matrix a) {
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(a.rows(), a.columns(), false, false, true);
        if (!svd.decompose(f64(WideMatrix.of(a)))) {
            throw new ArithmeticException("the singular values of A do not converge");
        }
        double largest = 0;
        for (double s : svd.getSingularValues()) {
            largest = Math.max(largest, s);
        }
        return largest;
    }

    private static DMatrixRMaj f64(WideMatrix m) {
        DMatrixRMaj out = new DMatrixRMaj(m.order(), m.order());
        m.to(Matrix.wrap(out.data, m.order(), m.order()));
        return out;
    }

    private static WideMatrix wide(DMatrixRMaj m) {
        return WideMatrix.of(Matrix.wrap(m.data, m.numRows, m.numCols));
    }

    private static ArithmeticException notFound(String what, double error) {
        return new ArithmeticException("the true " + what + " was found to " + error + " only");
    }
}
