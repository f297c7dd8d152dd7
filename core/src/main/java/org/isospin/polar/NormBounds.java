package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * Certified upper bounds of ‖A‖₂, none of them ever below it, from the Gram matrix G of A's smaller side and its square: two
 * products known to be symmetric. {@link MsignNormalization} has the same ones at no cost.
 *
 * <p>All is computed in F64 whatever A's type is, and multiplied by 1 + m(m + n)u, more than all its rounding errors together. A may be
 * of any magnitude; where a bound exceeds the range of F64 it is infinite. NaN and infinities in A make every bound NaN.
 *
 * @param frobenius ‖A‖_F
 * @param holder √(‖A‖₁‖A‖∞)
 * @param gramInfinity ‖G‖∞^½: 1 for an orthogonal matrix, where most others are far off
 * @param schatten4 ‖G‖_F^½
 * @param schatten8 ‖G²‖_F^¼
 * @param beta2 the best bound given tr G and tr G²
 * @param beta4 the best bound given tr G, …, tr G⁴, to about 10⁻⁴; never above schatten8 and beta2
 */
public record NormBounds(
        double frobenius,
        double holder,
        double gramInfinity,
        double schatten4,
        double schatten8,
        double beta2,
        double beta4) {
    /**
     * {@return the bounds of A; waits up to eight times, all but the first for numbers that are there already}
     *
     * @param iso where it runs
     * @param a A, m × n
     */
    public static NormBounds of(Isospin iso, Matrix a) {
        return iso.compute(stream -> of(stream, a), a);
    }

    /**
     * {@return the bounds of A} Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits up to eight times, all but the first for numbers that are there already
     * @param a A, m × n
     */
    @SuppressWarnings("exports")
    public static NormBounds of(ComputeStream stream, Matrix a) {
        Matrix wide = a.rows() > a.columns() ? a.transposed() : a;
        int m = wide.rows();
        int n = wide.columns();
        if (m == 0) {
            return new NormBounds(0, 0, 0, 0, 0, 0, 0);
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(DType.F64, m, n);
            Matrix gram = ws.matrix(DType.F64, m, m);
            Matrix square = ws.matrix(DType.F64, m, m);
            Scalar unit = stream.scalar();
            Scalar norm = stream.scalar();
            Scalar inverse = stream.scalar();
            Scalar columns = stream.scalar();
            Scalar rows = stream.scalar();
            Scalar gramInfinity = stream.scalar();
            stream.scaleToOne(wide, x, unit);
            stream.reduce(Reduction.FROBENIUS, x, norm);
            MsignNormalizer.positive(stream, norm, inverse);
            MsignNormalizer.reciprocal(stream, inverse, inverse);
            stream.scale(inverse, x, x);
            stream.reduce(Reduction.NORM_1, x, columns);
            stream.reduce(Reduction.NORM_INF, x, rows);
            stream.gemmt(stream.arithmetic(DType.F64), Symmetry.SYMMETRIC, 1, x, x.transposed(), 0, gram, gram);
            stream.gemmt(stream.arithmetic(DType.F64), Symmetry.SYMMETRIC, 1, gram, gram, 0, square, square);
            stream.reduce(Reduction.NORM_INF, gram, gramInfinity);
            GramMoments moments = MsignNormalizer.moments(stream, gram, square);
            double size = stream.read(norm)
                    * stream.read(unit)
                    * (1 + (double) m * (m + n) * DType.F64.unitRoundoff())
                    * (Double.isFinite(moments.second()) ? 1 : Double.NaN);
            return new NormBounds(
                    size,
                    size * Math.sqrt(stream.read(columns) * stream.read(rows)),
                    size * Math.sqrt(stream.read(gramInfinity)),
                    size * Math.sqrt(moments.schatten4().value()),
                    size * Math.sqrt(moments.schatten8().value()),
                    size * Math.sqrt(moments.beta2().value()),
                    size * Math.sqrt(moments.beta4().value()));
        } finally {
            ws.release();
        }
    }

    /** {@return the least of the bounds: β₄, or ‖G‖∞^½ where that is less} */
    public double least() {
        return Math.min(Math.min(beta4, gramInfinity), Math.min(frobenius, holder));
    }
}
