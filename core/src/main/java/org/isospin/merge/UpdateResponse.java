package org.isospin.merge;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * How much of an update ΔW = W − W₀ inputs h meet, a mean over tokens: what PEFT-Arena (arXiv 2605.28819) calls CSD. The inputs are
 * those of the base model's module; on general and on target data they tell whether an update keeps to its task.
 *
 * <p>Everything is computed in F64, whatever the types, and known to about √(np)·u, beside cancellation in W − W₀. 0/0 counts as 0;
 * published code adds 10⁻¹² to the denominators.
 *
 * @param absolute E‖ΔW·h‖²
 * @param relative E‖ΔW·h‖²/E‖W₀·h‖²
 * @param normalized E‖ΔW·h‖²/(‖ΔW‖²_F·E‖h‖²), between 0 and 1; 1/n for inputs of n dimensions that know no direction
 */
public record UpdateResponse(double absolute, double relative, double normalized) {
    /**
     * {@return the response} Scratch has the inputs' and the outputs' size.
     *
     * @param iso where it runs; waits seven times
     * @param base W₀, m × n
     * @param tuned W, m × n
     * @param inputs h, p × n, a token in each row
     * @throws IllegalArgumentException if shapes do not fit or an element is not finite
     */
    public static UpdateResponse of(Isospin iso, Matrix base, Matrix tuned, Matrix inputs) {
        Operands.requireSameShape("updateResponse", base, tuned);
        Operands.requireShape("updateResponse", "inputs", inputs, inputs.rows(), base.columns());
        return iso.compute(stream -> of(stream, base, tuned, inputs), base, tuned, inputs);
    }

    /**
     * {@return by how much more an update answers here than elsewhere: the quotient of both {@link #relative}}
     *
     * @param other the response to other inputs, of PEFT-Arena those of the target
     */
    public double over(UpdateResponse other) {
        return quotient(relative, other.relative);
    }

    private static UpdateResponse of(ComputeStream stream, Matrix base, Matrix tuned, Matrix inputs) {
        Workspace ws = stream.workspace();
        int p = inputs.rows();
        ws.mark();
        try {
            Matrix w = ws.matrix(DType.F64, base.rows(), base.columns());
            Matrix delta = ws.matrix(DType.F64, base.rows(), base.columns());
            Matrix h = ws.matrix(DType.F64, p, inputs.columns());
            Matrix out = ws.matrix(DType.F64, p, base.rows());
            stream.copy(base, w);
            stream.copy(tuned, delta);
            stream.copy(inputs, h);
            Rows.requireFinite(stream, "updateResponse", w);
            Rows.requireFinite(stream, "updateResponse", delta);
            Rows.requireFinite(stream, "updateResponse", h);
            stream.combine(1, delta, -1, w, 0, delta);
            double change = Rows.norm(stream, delta);
            double size = Rows.norm(stream, h);
            stream.gemm(Arithmetic.F64, 1, h, delta.transposed(), 0, out, out);
            double met = Rows.norm(stream, out);
            stream.gemm(Arithmetic.F64, 1, h, w.transposed(), 0, out, out);
            double before = Rows.norm(stream, out);
            return new UpdateResponse(
                    p == 0 ? 0 : square(met / Math.sqrt(p)),
                    square(quotient(met, before)),
                    square(quotient(quotient(met, change), size)));
        } finally {
            ws.release();
        }
    }

    private static double quotient(double a, double b) {
        return a == 0 ? 0 : a / b;
    }

    private static double square(double x) {
        return x * x;
    }
}
