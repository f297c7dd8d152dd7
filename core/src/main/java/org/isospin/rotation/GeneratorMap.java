package org.isospin.rotation;

import java.util.function.IntFunction;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/**
 * How a skew generator becomes a rotation, chosen once and used for many blocks: the map as R − I, with its adjoint.
 *
 * <p>R − I keeps its relative accuracy however small the generator is, and in a type of few digits. A rotation by φ has 1 − φ²/2
 * on its diagonal, which bfloat16 rounds to 1 below φ = 1/16: R would then be of first order, and longer by φ²/2 each time it is
 * folded into a weight.
 *
 * <p>The arithmetic is F64 if an operand is F64, else F32, rounded once to the output's type. NaN and infinities propagate.
 */
public abstract sealed class GeneratorMap {
    private final String name;

    private GeneratorMap(String name) {
        this.name = name;
    }

    /**
     * {@return the Cayley transform (I + cA)(I − cA)⁻¹, orthogonal to roundoff for every A; waits once for each block}
     *
     * @param step which c
     * @see Cayley
     */
    public static GeneratorMap cayley(CayleyStep step) {
        return new Exact(step);
    }

    /**
     * {@return (I + X)(I + X + … + X^order) with X = cA: CNP of POET, whose kernel has order 3; never waits}
     *
     * @param order k, 0 or more
     * @param step which c
     * @throws IllegalArgumentException if order is negative
     * @see CayleyNeumann#product
     */
    public static GeneratorMap cayleyNeumann(int order, CayleyStep step) {
        return new Truncated("cayleyNeumann", order, step, 1);
    }

    /**
     * {@return I + 2(X + … + X^order) with X = cA; never waits. Of order 4, what POET-X computes where its kernel cannot run}
     *
     * @param order k, 0 or more
     * @param step which c
     * @throws IllegalArgumentException if order is negative
     * @see CayleyNeumann#series
     */
    public static GeneratorMap cayleySeries(int order, CayleyStep step) {
        return new Truncated("cayleySeries", order, step, 0);
    }

    /**
     * out ← R − I.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param out n × n; may overlap A's memory
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public void delta(Isospin iso, SkewMatrix a, Matrix out) {
        iso.run(stream -> delta(stream, a, out));
    }

    /**
     * out ← the cotangent of A, packed: Mᵢⱼ − Mⱼᵢ for i &lt; j, with M that of A's elements taken as free.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param cotangent that of R, n × n
     * @param out of order n; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public void vjp(Isospin iso, SkewMatrix a, Matrix cotangent, SkewMatrix out) {
        iso.run(stream -> vjp(stream, a, cotangent, out));
    }

    /**
     * out ← R − I. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param a A, of order n
     * @param out n × n
     */
    @SuppressWarnings("exports")
    public abstract void delta(ComputeStream stream, SkewMatrix a, Matrix out);

    /**
     * out(i) ← R(i) − I for many blocks, telling progress before each. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param count how many
     * @param a the generators
     * @param out where each goes; may be a view that the workspace remembers
     */
    @SuppressWarnings("exports")
    public void deltas(ComputeStream stream, int count, IntFunction<SkewMatrix> a, IntFunction<Matrix> out) {
        Batches.forEach(stream, name, count, i -> delta(stream, a.apply(i), out.apply(i)));
    }

    /**
     * out(i) ← the cotangents of many blocks, telling progress before each. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param count how many
     * @param a the generators
     * @param cotangent those of R(i); may be views that the workspace remembers
     * @param out where each goes
     */
    @SuppressWarnings("exports")
    public void vjps(
            ComputeStream stream,
            int count,
            IntFunction<SkewMatrix> a,
            IntFunction<Matrix> cotangent,
            IntFunction<SkewMatrix> out) {
        Batches.forEach(stream, name, count, i -> vjp(stream, a.apply(i), cotangent.apply(i), out.apply(i)));
    }

    /**
     * out ← the cotangent of A. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param a A, of order n
     * @param cotangent that of R, n × n
     * @param out of order n
     */
    @SuppressWarnings("exports")
    public abstract void vjp(ComputeStream stream, SkewMatrix a, Matrix cotangent, SkewMatrix out);

    /** {@return name and options} */
    @Override
    public String toString() {
        return name;
    }

    private static final class Exact extends GeneratorMap {
        private final CayleyStep step;

        Exact(CayleyStep step) {
            super("cayley(" + step + ")");
            this.step = step;
        }

        @Override
        public void delta(ComputeStream stream, SkewMatrix a, Matrix out) {
            int n = a.order();
            Operands.requireOutput("cayley", "out", out, n, n);
            Workspace ws = stream.workspace();
            ws.mark();
            try {
                DType compute = Operands.computeType(a.dtype(), out.dtype());
                Matrix x = ws.matrix(compute, n, n);
                Matrix spare = ws.matrix(compute, n, n);
                Scalar norm = stream.scalar();
                Cayley.load(stream, a, step, x);
                Resolvent.norm(stream, x, norm);
                Cayley.delta(stream, x, stream.read(norm), spare);
                stream.copy(x, out);
            } finally {
                ws.release();
            }
        }

        @Override
        public void vjp(ComputeStream stream, SkewMatrix a, Matrix cotangent, SkewMatrix out) {
            CayleyDerivative.vjp(stream, a, step, cotangent, out);
        }
    }

    private static final class Truncated extends GeneratorMap {
        private final SkewPolynomial polynomial;
        private final SkewPolynomialDerivative derivative;

        Truncated(String name, int order, CayleyStep step, double last) {
            super(name + "(" + order + ", " + step + ")");
            this.derivative = CayleyNeumannDerivative.derivative(name, order, step, last);
            this.polynomial = CayleyNeumann.polynomial(order, step, last);
        }

        @Override
        public void delta(ComputeStream stream, SkewMatrix a, Matrix out) {
            Operands.requireOutput("cayleyNeumann", "out", out, a.order(), a.order());
            CayleyNeumann.apply(stream, polynomial, a, 0, out);
        }

        @Override
        public void deltas(ComputeStream stream, int count, IntFunction<SkewMatrix> a, IntFunction<Matrix> out) {
            Matrix[] powers = new Matrix[polynomial.powers()];
            Batches.forEach(
                    stream,
                    "cayleyNeumann",
                    count,
                    i -> CayleyNeumann.apply(stream, polynomial, a.apply(i), 0, out.apply(i), powers));
        }

        @Override
        public void vjp(ComputeStream stream, SkewMatrix a, Matrix cotangent, SkewMatrix out) {
            int n = a.order();
            Operands.requireShape("cayleyNeumann vjp", "cotangent", cotangent, n, n);
            SkewOperands.requireOutput("cayleyNeumann vjp", "out", out, n);
            DType compute = Operands.computeType(Operands.computeType(a.dtype(), cotangent.dtype()), out.dtype());
            CayleyNeumannDerivative.vjp(stream, derivative, compute, a, cotangent, out);
        }
    }
}
