package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * The normalization X = A/D of {@link Msign}, D = s·ν(A) + ε, with the gradient ∇D that its derivatives need:
 * dX = (dA − X·⟨∇D, dA⟩)/D and dA = (dX − ⟨X, dX⟩·∇D)/D backwards.
 *
 * <p>For a bound ν = ‖A‖_F·φ(m₂, m₃, m₄) of moments mₖ = tr Gᵏ, with Y = A/‖A‖_F and G = YYᵀ,
 * ∇ν = (φ − Σ 2kφₖmₖ)·Y + Σ 2kφₖ·Gᵏ⁻¹Y, φₖ = ∂φ/∂mₖ.
 */
final class MsignScale {
    private final ComputeStream stream;
    private final Matrix gradient;
    private final Scalar unit;
    private final Scalar divisor;

    private MsignScale(ComputeStream stream, Matrix gradient, Scalar unit, Scalar divisor) {
        this.stream = stream;
        this.gradient = gradient;
        this.unit = unit;
        this.divisor = divisor;
    }

    /**
     * x ← A/D.
     *
     * @param stream where it runs; waits three times for moments, never for the Frobenius norm
     * @param a A, m × n, m ≤ n
     * @param schedule the normalization, safety and epsilon
     * @param x m × n, output
     * @param gradient m × n of x's type, scratch that keeps ∇D
     * @return how to apply the derivative
     * @throws IllegalArgumentException if the schedule scales rows
     */
    static MsignScale normalize(ComputeStream stream, Matrix a, MsignSchedule schedule, Matrix x, Matrix gradient) {
        if (schedule.normalization() == MsignNormalization.ROW_SCALING) {
            throw new IllegalArgumentException("msign: schedule " + schedule.name()
                    + " scales rows by sums of magnitudes, which have no derivative everywhere");
        }
        Scalar unit = stream.scalar();
        Scalar norm = stream.scalar();
        Scalar divisor = stream.scalar();
        Scalar other = stream.scalar();
        stream.scaleToOne(a, x, unit);
        stream.reduce(Reduction.FROBENIUS, x, norm);
        MsignNormalizer.positive(stream, norm, other);
        MsignNormalizer.reciprocal(stream, other, other);
        stream.scale(other, x, gradient);
        double size = 1;
        double safety = schedule.safety();
        if (schedule.normalization() != MsignNormalization.FROBENIUS) {
            safety *= MsignNormalizer.MARGIN;
            size = gradientOfBound(stream, schedule.normalization(), gradient);
        }
        stream.scale(safety, gradient, gradient);
        // D/unit, and x = (A/unit)/(D/unit).
        stream.set(divisor, safety * size);
        stream.scalarOp(ScalarOp.MULTIPLY, divisor, norm, divisor);
        stream.set(other, schedule.epsilon());
        stream.scalarOp(ScalarOp.DIVIDE, other, unit, other);
        stream.scalarOp(ScalarOp.ADD, divisor, other, divisor);
        MsignNormalizer.positive(stream, divisor, other);
        MsignNormalizer.reciprocal(stream, other, other);
        stream.scale(other, x, x);
        // 1/(D/unit), and 0 where D is 0: the derivative at the zero matrix, which has none.
        stream.scalarOp(ScalarOp.MULTIPLY, divisor, other, divisor);
        stream.scalarOp(ScalarOp.MULTIPLY, divisor, other, divisor);
        MsignNormalizer.reciprocal(stream, unit, unit);
        return new MsignScale(stream, gradient, unit, divisor);
    }

    /** gradient ← ∇ν at gradient = Y. {@return φ} */
    private static double gradientOfBound(ComputeStream stream, MsignNormalization normalization, Matrix gradient) {
        Workspace ws = stream.workspace();
        DType type = gradient.dtype();
        Arithmetic arithmetic = stream.arithmetic(type);
        int m = gradient.rows();
        ws.mark();
        try {
            Matrix y = ws.matrix(type, m, gradient.columns());
            Matrix gram = ws.matrix(type, m, m);
            Matrix square = ws.matrix(type, m, m);
            stream.copy(gradient, y);
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, y, y.transposed(), 0, gram, gram);
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, gram, gram, 0, square, square);
            GramMoments moments = MsignNormalizer.moments(stream, gram, square);
            GramMoments.Bound bound = switch (normalization) {
                case SCHATTEN_4 -> moments.schatten4();
                case SCHATTEN_8 -> moments.schatten8();
                case BETA_2 -> moments.beta2();
                case BETA_4 -> moments.beta4();
                case FROBENIUS, ROW_SCALING ->
                    throw new IllegalArgumentException(normalization + " is no bound from moments");
            };
            double size = Math.sqrt(bound.value());
            double bySecond = 4 * bound.bySecond() / (2 * size);
            double byThird = 6 * bound.byThird() / (2 * size);
            double byFourth = 8 * bound.byFourth() / (2 * size);
            double rest = size - bySecond * moments.second() - byThird * moments.third() - byFourth * moments.fourth();
            Matrix factor = ws.matrix(type, m, m);
            stream.combine(bySecond, gram, byThird, square, rest, factor);
            if (byFourth != 0) {
                stream.gemmt(arithmetic, Symmetry.SYMMETRIC, byFourth, gram, square, 1, factor, factor);
            }
            stream.gemm(arithmetic, 1, factor, y, 0, gradient, gradient);
            return size;
        } finally {
            ws.release();
        }
    }

    /**
     * d ← (d − x·⟨∇D, d⟩)/D.
     *
     * @param x X
     * @param d a direction of A, which becomes that of X
     */
    void forward(Matrix x, Matrix d) {
        subtract(gradient, d, x, d);
        apply(d);
    }

    /**
     * d ← (d − ⟨x, d⟩·∇D)/D.
     *
     * @param x X
     * @param d a cotangent of X, which becomes that of A
     */
    void backward(Matrix x, Matrix d) {
        subtract(x, d, gradient, d);
        apply(d);
    }

    /** d ← d − ⟨a, d⟩·b. */
    private void subtract(Matrix a, Matrix d, Matrix b, Matrix out) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Scalar inner = stream.scalar();
            Matrix scaled = ws.matrix(d.dtype(), d.rows(), d.columns());
            stream.dot(a, d, inner);
            stream.scale(inner, b, scaled);
            stream.combine(1, d, -1, scaled, 0, out);
        } finally {
            ws.release();
        }
    }

    private void apply(Matrix d) {
        stream.scale(divisor, d, d);
        stream.scale(unit, d, d);
    }
}
