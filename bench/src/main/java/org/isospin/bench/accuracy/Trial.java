package org.isospin.bench.accuracy;

import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;

/**
 * A kernel on one operand, with what exact arithmetic gives, and the errors of a result against it.
 *
 * @param operands what peers get, dense
 * @param computation by Isospin
 * @param truth what exact arithmetic gives
 * @param scale what the norm of an error is divided by
 * @param isRotation whether the result is to be orthogonal
 */
record Trial(List<Matrix> operands, Computation computation, WideMatrix truth, double scale, boolean isRotation) {
    /** The computation by Isospin. */
    @FunctionalInterface
    interface Computation {
        /** Computes into a matrix of the operands' order and type. */
        void compute(Isospin iso, Matrix out);
    }

    /** Errors in u of the result's type; NaN for what does not apply. */
    record Errors(double orthogonality, double forward) {
        static final Errors UNKNOWN = new Errors(Double.NaN, Double.NaN);
    }

    /** {@return a trial whose result is orthogonal: errors are ‖·‖_F/√n} */
    static Trial rotation(List<Matrix> operands, Computation computation, WideMatrix truth) {
        return new Trial(operands, computation, truth, Math.sqrt(truth.order()), true);
    }

    /** {@return what Isospin computes} */
    Matrix isospin(Isospin iso) {
        int n = truth.order();
        Matrix out = Matrix.allocate(dtype(), n, n);
        // A result that is not written shows.
        WideMatrix.diagonal(n, Double.NaN).to(out);
        computation.compute(iso, out);
        return out;
    }

    private DType dtype() {
        return operands.getFirst().dtype();
    }

    /** {@return the errors of a result} */
    Errors errors(Matrix result) {
        WideMatrix q = WideMatrix.of(result);
        double u = dtype().unitRoundoff();
        double orthogonality = isRotation ? q.orthogonalityDefect() / Math.sqrt(q.order()) / u : Double.NaN;
        return new Errors(orthogonality, q.distance(truth) / scale / u);
    }
}
