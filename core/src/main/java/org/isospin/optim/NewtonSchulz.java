package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;
import org.isospin.polar.OddPolynomial;

/**
 * The iteration X ← aX + (bG + cG²)X, G = XXᵀ, in the forms that published optimizers compute it in: other divisors than the
 * Frobenius norm, and bfloat16 between operations. {@code Msign} has the accurate form.
 */
final class NewtonSchulz {
    private NewtonSchulz() {}

    /** out ← the matrix sign of a; out may overlap a. */
    static void msign(ComputeStream stream, Matrix a, Matrix out, MsignMethod method) {
        boolean isTall = a.rows() > a.columns();
        Matrix source = isTall ? a.transposed() : a;
        Matrix target = isTall ? out.transposed() : out;
        boolean isF64 = a.dtype() == DType.F64 || out.dtype() == DType.F64;
        DType compute = isF64 ? DType.F64 : DType.F32;
        DType type = method.precision() == MsignPrecision.COMPUTE ? compute : DType.BF16;
        int m = source.rows();
        int n = source.columns();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(type, m, n);
            Matrix next = ws.matrix(type, m, n);
            Matrix other = ws.matrix(type, m, n);
            Matrix gram = ws.matrix(type, m, m);
            Matrix factor = ws.matrix(type, m, m);
            Matrix product = ws.matrix(type, m, m);
            Scalar unit = stream.scalar();
            if (method.precision() == MsignPrecision.BF16_FUSED_STEPS) {
                Matrix start = ws.matrix(compute, m, n);
                stream.scaleToOne(source, start, unit);
                divide(stream, method, unit, start, gram);
                stream.copy(start, x);
            } else {
                stream.scaleToOne(source, x, unit);
                divide(stream, method, unit, x, gram);
            }
            for (OddPolynomial p : method.schedule().steps()) {
                if (method.precision() == MsignPrecision.BF16) {
                    rounded(stream, p, x, gram, factor, product, other, next);
                } else {
                    fused(stream, p, x, gram, factor, next);
                }
                Matrix swap = x;
                x = next;
                next = swap;
            }
            stream.copy(x, target);
        } finally {
            ws.release();
        }
    }

    /** x ← x/(safety·norm + epsilon/unit), by the preconditioning's norm; 0 stays 0. */
    private static void divide(ComputeStream stream, MsignMethod method, Scalar unit, Matrix x, Matrix gram) {
        Scalar epsilon = stream.scalar();
        stream.set(epsilon, method.schedule().epsilon());
        stream.scalarOp(ScalarOp.DIVIDE, epsilon, unit, epsilon);
        Scalar norm = stream.scalar();
        switch (method.preconditioning()) {
            case SCHEDULE -> {
                stream.reduce(Reduction.FROBENIUS, x, norm);
                round(stream, x.dtype(), norm);
                divide(stream, method, norm, epsilon, x);
            }
            case SPECTRAL -> {
                Matrix values = stream.workspace().matrix(DType.F64, 1, x.rows());
                stream.spectrum(x, values, stream.scalar());
                stream.reduce(Reduction.MAX_ABS, values, norm);
                divide(stream, method, norm, epsilon, x);
            }
            case SCHATTEN -> {
                gram(stream, x, gram);
                stream.reduce(Reduction.FROBENIUS, gram, norm);
                stream.scalarOp(ScalarOp.SQRT, norm, norm, norm);
                stream.set(epsilon, 0);
                divide(stream, method, norm, epsilon, x);
            }
        }
    }

    private static void divide(ComputeStream stream, MsignMethod method, Scalar norm, Scalar epsilon, Matrix x) {
        Scalar divisor = stream.scalar();
        stream.set(divisor, method.schedule().safety());
        stream.scalarOp(ScalarOp.MULTIPLY, divisor, norm, divisor);
        stream.scalarOp(ScalarOp.ADD, divisor, epsilon, divisor);
        round(stream, x.dtype(), divisor);
        // Only what is zero comes below: any divisor will do.
        Scalar other = stream.scalar();
        stream.set(other, Double.MIN_NORMAL);
        stream.scalarOp(ScalarOp.MAX, divisor, other, divisor);
        stream.set(other, 1);
        stream.scalarOp(ScalarOp.DIVIDE, other, divisor, divisor);
        stream.scale(divisor, x, x);
    }

    /** A number becomes one of a type. */
    private static void round(ComputeStream stream, DType type, Scalar number) {
        if (type != DType.BF16) {
            return;
        }
        Matrix cell = stream.workspace().matrix(type, 1, 1);
        StreamScalars.store(stream, number, cell);
        stream.reduce(Reduction.TRACE, cell, number);
    }

    private static void gram(ComputeStream stream, Matrix x, Matrix gram) {
        stream.gemmt(arithmetic(stream, x), Symmetry.SYMMETRIC, 1, x, x.transposed(), 0, gram, gram);
    }

    private static Arithmetic arithmetic(ComputeStream stream, Matrix x) {
        return stream.roundingArithmetic(x.dtype());
    }

    /** next ← a·x + (b·g + c·g²)·x, each sum rounded once. */
    private static void fused(
            ComputeStream stream, OddPolynomial p, Matrix x, Matrix gram, Matrix factor, Matrix next) {
        gram(stream, x, gram);
        stream.gemmt(arithmetic(stream, x), Symmetry.SYMMETRIC, p.c(), gram, gram, p.b(), gram, factor);
        stream.gemm(arithmetic(stream, x), 1, factor, x, p.a(), x, next);
    }

    /** next ← a·x + (b·g + (c·g)·g)·x, every operation rounded. */
    private static void rounded(
            ComputeStream stream,
            OddPolynomial p,
            Matrix x,
            Matrix gram,
            Matrix factor,
            Matrix product,
            Matrix other,
            Matrix next) {
        gram(stream, x, gram);
        stream.scale(p.c(), gram, factor);
        stream.gemm(arithmetic(stream, x), 1, factor, gram, 0, product, product);
        stream.scale(p.b(), gram, factor);
        stream.combine(1, factor, 1, product, 0, factor);
        stream.gemm(arithmetic(stream, x), 1, factor, x, 0, other, other);
        stream.scale(p.a(), x, next);
        stream.combine(1, next, 1, other, 0, next);
    }
}
