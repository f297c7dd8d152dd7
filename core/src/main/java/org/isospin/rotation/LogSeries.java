package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;
import org.isospin.backend.Workspace;

/**
 * The logarithm of a rotation Q of angles up to π/2: with C and K the symmetric and the skew part of Q, T = K(I + C)⁻¹ is
 * skew and turns planes by tan(θ/2), and log Q = 2·atan-series(T) = 2T·Σ sⱼBʲ, B = TᵀT.
 *
 * <p>K is exact however small the angles are and I + C is conditioned by 2, so nothing cancels. Σ sⱼbʲ ≈ atan(√b)/√b are
 * polynomials through Chebyshev points in 60 digits, relative error at most u/2, with s₀ = 1.
 */
final class LogSeries {
    /** The series for one range of angles. */
    private static final class Range {
        final double angle;
        final double[] odd;
        final SkewPolynomial polynomial;

        private Range(double angle, double[] odd) {
            this.angle = angle;
            this.odd = odd;
            this.polynomial = new SkewPolynomial(new double[0], odd);
        }

        static Range of(double angle, double... odd) {
            return new Range(angle, odd);
        }
    }

    private static final Range[] RANGES = {
        Range.of(0.09, 1, -0.3333333333333214, 0.19999999981103717, -0.1428566768702382, 0.11074322626716528),
        Range.of(
                Math.PI / 4,
                1,
                -0.3333333333333333,
                0.19999999999995513,
                -0.1428571428466482,
                0.11111111015117626,
                -0.09090904572487347,
                0.07692183059894114,
                -0.06664509603255386,
                0.05858132894427922,
                -0.05085365922344248,
                0.03922923713835943,
                -0.01917392228554793),
        Range.of(
                Math.PI / 2,
                1,
                -0.3333333333333333,
                0.19999999999997525,
                -0.14285714285383314,
                0.11111111093450696,
                -0.09090908589851711,
                0.07692298954599269,
                -0.0666656452698556,
                0.05881505611212281,
                -0.052579665603628284,
                0.04737722547665452,
                -0.04260274787806044,
                0.037492969345610104,
                -0.031273800768474955,
                0.02369209156666508,
                -0.015530321298345022,
                0.0083651767648282,
                -0.0034937779710553537,
                0.0010487959870879506,
                -0.00019977309721739013,
                1.8041636325353445e-05)
    };

    private LogSeries() {}

    /**
     * Asks in which range the angles of a rotation are, without waiting.
     *
     * @param stream where it runs
     * @param q Q, F64, orthogonal
     * @return for {@link #range}
     */
    static Scalar[] probe(ComputeStream stream, Matrix q) {
        Workspace ws = stream.workspace();
        int n = q.rows();
        Scalar[] statuses = new Scalar[RANGES.length];
        ws.mark();
        try {
            Matrix cosine = ws.matrix(DType.F64, n, n);
            Matrix shifted = ws.matrix(DType.F64, n, n);
            stream.symmetrize(Symmetry.SYMMETRIC, q, cosine);
            for (int i = 0; i < RANGES.length; i++) {
                // C − cos(angle)·I is positive definite exactly if all angles are below.
                statuses[i] = stream.scalar();
                stream.combine(1, cosine, 0, cosine, -Math.cos(RANGES[i].angle), shifted);
                stream.cholesky(shifted, statuses[i]);
            }
            return statuses;
        } finally {
            ws.release();
        }
    }

    /**
     * {@return the range of the angles of a rotation, or −1 if one is beyond π/2; waits}
     *
     * @param stream where it runs
     * @param statuses of {@link #probe}
     */
    static int range(ComputeStream stream, Scalar[] statuses) {
        for (int i = 0; i < statuses.length; i++) {
            if (stream.read(statuses[i]) == 0) {
                return i;
            }
        }
        return -1;
    }

    /** {@return the range that has every angle up to π/2} */
    static int widest() {
        return RANGES.length - 1;
    }

    /**
     * out ← log Q, skew to the last bit.
     *
     * @param stream where it runs
     * @param q Q, F64, orthogonal
     * @param range the range that its angles are in
     * @param out F64; may be q
     */
    static void log(ComputeStream stream, Matrix q, int range, Matrix out) {
        Workspace ws = stream.workspace();
        int n = q.rows();
        SkewPolynomial polynomial = RANGES[range].polynomial;
        ws.mark();
        try {
            Matrix t = ws.matrix(DType.F64, n, n);
            Matrix zero = ws.matrix(DType.F64, n, n);
            Matrix[] b = new Matrix[polynomial.powers()];
            for (int j = 0; j < b.length; j++) {
                b[j] = ws.matrix(DType.F64, n, n);
            }
            halfTangent(stream, q, t);
            polynomial.evaluate(stream, t, b, 0, zero, out);
            stream.scale(2, out, out);
        } finally {
            ws.release();
        }
    }

    /**
     * t ← T = K(I + C)⁻¹, skew to the last bit: the tangents of half the angles.
     *
     * @param stream where it runs
     * @param q Q, F64, orthogonal, without angles near π
     * @param t F64, output; must not be q
     */
    static void halfTangent(ComputeStream stream, Matrix q, Matrix t) {
        Workspace ws = stream.workspace();
        int n = q.rows();
        ws.mark();
        try {
            Matrix cosine = ws.matrix(DType.F64, n, n);
            stream.symmetrize(Symmetry.SYMMETRIC, q, cosine);
            stream.addDiagonal(1, cosine);
            stream.symmetrize(Symmetry.SKEW, q, t);
            stream.cholesky(cosine, stream.scalar());
            // (I + C)⁻¹K, which is T: both commute.
            stream.solveTriangular(Triangle.LOWER, cosine, t);
            stream.solveTriangular(Triangle.UPPER, cosine.transposed(), t);
            stream.symmetrize(Symmetry.SKEW, t, t);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← the derivative of 2T·Σ sⱼBʲ in a direction, by Horner's rule for value and derivative; skew to the last bit.
     *
     * @param stream where it runs
     * @param t T, F64, skew
     * @param direction dT, F64, skew
     * @param range the range that the angles are in
     * @param out F64; must be none of the others
     */
    static void derivative(ComputeStream stream, Matrix t, Matrix direction, int range, Matrix out) {
        Workspace ws = stream.workspace();
        int n = t.rows();
        double[] c = RANGES[range].odd;
        ws.mark();
        try {
            Matrix b = ws.matrix(DType.F64, n, n);
            Matrix db = ws.matrix(DType.F64, n, n);
            Matrix sum = ws.matrix(DType.F64, n, n);
            Matrix slope = ws.matrix(DType.F64, n, n);
            Matrix nextSum = ws.matrix(DType.F64, n, n);
            Matrix nextSlope = ws.matrix(DType.F64, n, n);
            // B = −T², so dB = −(T·dT + dT·T), and the second product is the transpose of the first.
            stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, 1, t.transposed(), t, 0, b, b);
            stream.gemm(Arithmetic.F64, -2, t, direction, 0, db, db);
            stream.symmetrize(Symmetry.SYMMETRIC, db, db);
            stream.fill(sum, 0);
            stream.addDiagonal(c[c.length - 1], sum);
            stream.fill(slope, 0);
            for (int j = c.length - 2; j >= 0; j--) {
                stream.gemm(Arithmetic.F64, 1, db, sum, 0, nextSlope, nextSlope);
                stream.gemm(Arithmetic.F64, 1, b, slope, 1, nextSlope, nextSlope);
                stream.symmetrize(Symmetry.SYMMETRIC, nextSlope, slope);
                stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, 1, b, sum, 0, nextSum, nextSum);
                stream.addDiagonal(c[j], nextSum);
                Matrix swap = sum;
                sum = nextSum;
                nextSum = swap;
            }
            stream.gemm(Arithmetic.F64, 2, direction, sum, 0, out, out);
            stream.gemm(Arithmetic.F64, 2, t, slope, 1, out, out);
            stream.symmetrize(Symmetry.SKEW, out, out);
        } finally {
            ws.release();
        }
    }
}
