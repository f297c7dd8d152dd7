package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * O = msign(sk(D·Vᵀ)) with sk(X) = (X − Xᵀ)/2, which turns V, n × m, along the direction D: V ← V + (c₁O + c₂O² + …)V, the identity
 * never part of a product.
 *
 * <p>Where n &gt; 2m, O is B·o·Bᵀ with an orthonormal basis B of [V D] and o = msign(sk(BᵀD·VᵀB)) of order 2m, so that nothing of
 * order n is formed.
 *
 * @param side which side V has as rows
 * @param sign O or o
 * @param basis B, n × 2m; null where O is kept whole
 * @param isTurning 1, or 0 where O is zero
 */
record SkewSign(Side side, Matrix sign, @Nullable Matrix basis, Scalar isTurning) {
    /** Rounding errors of sk(D·Vᵀ) are about u‖D‖_F‖V‖_F: what is not several times as large is noise. */
    private static final double NOISE = 4;

    /**
     * {@return the sign of a side, whose generator is 0 where it is no more than rounding errors}
     *
     * @param step takes the scratch, until its workspace is released
     * @param side the side
     * @param direction D, outputs × inputs, about 1
     * @param method how signs are made
     * @param isMoving 0 stops the side
     */
    static SkewSign guarded(BlockStep step, Side side, Matrix direction, MsignMethod method, Scalar isMoving) {
        ComputeStream stream = step.stream();
        Workspace ws = step.workspace();
        Matrix v = side.view(step.weight());
        Matrix d = side.view(direction);
        int n = v.rows();
        int m = v.columns();
        Matrix basis = null;
        int order = n;
        if (n > 2L * m) {
            order = 2 * m;
            basis = ws.matrix(step.dtype(), n, order);
        }
        Matrix sign = ws.matrix(step.dtype(), order, order);
        Scalar isTurning = noise(stream, v, d);
        ws.mark();
        try {
            if (basis != null) {
                basis(stream, v, d, basis);
                v = project(stream, basis, v);
                d = project(stream, basis, d);
            }
            SkewMatrix generator = Side.generator(stream, d, v);
            Scalar size = stream.scalar();
            stream.reduce(Reduction.FROBENIUS, generator.packed(), size);
            Scalar isLarge = StreamScalars.isGreater(stream, size, isTurning);
            stream.scalarOp(ScalarOp.MULTIPLY, isLarge, isMoving, isTurning);
            stream.scale(isTurning, generator.packed(), generator.packed());
            sign(stream, side, generator, method, sign);
        } finally {
            ws.release();
        }
        return new SkewSign(side, sign, basis, isTurning);
    }

    /**
     * {@return the sign of a side, however small its generator is, and whole whatever the shape}
     *
     * @param step takes the scratch, until its workspace is released
     * @param side the side
     * @param direction D, outputs × inputs
     * @param method how signs are made
     */
    static SkewSign plain(BlockStep step, Side side, Matrix direction, MsignMethod method) {
        ComputeStream stream = step.stream();
        Workspace ws = step.workspace();
        int n = side.order(step);
        Matrix sign = ws.matrix(step.dtype(), n, n);
        ws.mark();
        try {
            SkewMatrix generator = Side.generator(stream, side.view(direction), side.view(step.weight()));
            sign(stream, side, generator, method, sign);
        } finally {
            ws.release();
        }
        return new SkewSign(side, sign, null, StreamScalars.of(stream, 1));
    }

    private static Scalar noise(ComputeStream stream, Matrix v, Matrix d) {
        Scalar size = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, d, size);
        return StreamScalars.roundoff(stream, NOISE, size, v);
    }

    private static void basis(ComputeStream stream, Matrix v, Matrix d, Matrix basis) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix both = ws.matrix(v.dtype(), v.rows(), basis.columns());
            stream.copy(v, ws.view(both, 0, 0, v.rows(), v.columns()));
            stream.copy(d, ws.view(both, 0, v.columns(), v.rows(), v.columns()));
            stream.qr(both, basis, ws.matrix(v.dtype(), basis.columns(), basis.columns()));
        } finally {
            ws.release();
        }
    }

    private static Matrix project(ComputeStream stream, Matrix basis, Matrix v) {
        Matrix inside = stream.workspace().matrix(v.dtype(), basis.columns(), v.columns());
        stream.gemm(stream.arithmetic(v.dtype()), 1, basis.transposed(), v, 0, inside, inside);
        return inside;
    }

    private static void sign(ComputeStream stream, Side side, SkewMatrix generator, MsignMethod method, Matrix sign) {
        if (method.isPlain()) {
            method.skew(stream, generator);
            stream.unpackSkew(generator, sign);
        } else {
            stream.unpackSkew(generator, sign);
            // Rounded signs are not skew: published code takes those of W's own products, WᵀM for the inputs.
            Matrix own = side.view(sign);
            method.msign(stream, own, own);
        }
    }

    /**
     * out ← w turned on this side, V + (c₁O + c₂O² + …)V.
     *
     * @param stream where it runs
     * @param coefficients c₁, c₂ and so on, at least two
     * @param w outputs × inputs
     * @param out of the same shape; no operand
     */
    void turn(ComputeStream stream, double[] coefficients, Matrix w, Matrix out) {
        Matrix v = side.view(w);
        Matrix target = side.view(out);
        int degree = coefficients.length;
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix inside = basis == null ? v : project(stream, basis, v);
            Matrix once = like(ws, inside);
            Matrix change = like(ws, inside);
            Matrix next = like(ws, inside);
            Arithmetic arithmetic = stream.arithmetic(v.dtype());
            stream.gemm(arithmetic, 1, sign, inside, 0, once, once);
            stream.gemm(arithmetic, coefficients[degree - 1], sign, once, coefficients[degree - 2], once, change);
            for (int j = degree - 3; j >= 0; j--) {
                stream.gemm(arithmetic, 1, sign, change, coefficients[j], once, next);
                Matrix swap = change;
                change = next;
                next = swap;
            }
            add(stream, v, change, target);
        } finally {
            ws.release();
        }
    }

    /**
     * out ← w turned on this side by −θ, W + ZW + Z²W/(1 + cos θ) with Z = −sin θ·O, of an angle that the stream computed.
     *
     * @param stream where it runs
     * @param sine sin θ
     * @param curvature 1/(1 + cos θ)
     * @param w outputs × inputs
     * @param out of the same shape; no operand
     */
    void turn(ComputeStream stream, Scalar sine, Scalar curvature, Matrix w, Matrix out) {
        Matrix v = side.view(w);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Arithmetic arithmetic = stream.arithmetic(v.dtype());
            Matrix inside = basis == null ? v : project(stream, basis, v);
            Matrix z = like(ws, sign);
            Matrix once = like(ws, inside);
            Matrix bent = like(ws, inside);
            Matrix change = like(ws, inside);
            stream.scale(sine, sign, z);
            stream.scale(-1, z, z);
            stream.gemm(arithmetic, 1, z, inside, 0, once, once);
            stream.scale(curvature, once, bent);
            stream.gemm(arithmetic, 1, z, bent, 1, once, change);
            add(stream, v, change, side.view(out));
        } finally {
            ws.release();
        }
    }

    /** target ← V and the change, which is inside the basis where there is one. */
    private void add(ComputeStream stream, Matrix v, Matrix change, Matrix target) {
        if (basis == null) {
            stream.combine(1, v, 1, change, 0, target);
        } else {
            stream.gemm(stream.arithmetic(v.dtype()), 1, basis, change, 1, v, target);
        }
    }

    private static Matrix like(Workspace ws, Matrix m) {
        return ws.matrix(m.dtype(), m.rows(), m.columns());
    }
}
