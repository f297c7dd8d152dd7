package org.isospin.bench.peer;

import java.util.List;
import org.isospin.Matrix;

/**
 * What a library offers on square matrices of one order and type, for algorithms to be written in once.
 *
 * @param <M> its matrices
 */
interface Algebra<M> {
    /** {@return the roundoff of the type} */
    double roundoff();

    /** {@return a new zero matrix} */
    M matrix();

    /** {@return a copy in the library's own layout} */
    M copyOf(Matrix source);

    /** {@return a view of the elements} */
    Matrix toMatrix(M m);

    /** c ← a·b. */
    void multiply(M a, M b, M c);

    /** c ← a·b + c. */
    void multiplyAdd(M a, M b, M c);

    /** c ← aᵀ·b. */
    void multiplyTransposed(M a, M b, M c);

    /** c ← a·aᵀ, both triangles, as cheaply as the library can. */
    void gram(M a, M c);

    /** to ← from. */
    void copy(M from, M to);

    /** to ← fromᵀ. */
    void transpose(M from, M to);

    /** y ← α·x + β·y; y is not read if β = 0. */
    void combine(double alpha, M x, double beta, M y);

    /** m ← m + shift·I. */
    void shift(double shift, M m);

    /** {@return the Frobenius norm} */
    double frobenius(M m);

    /** {@return the largest sum of magnitudes in a column} */
    double norm1(M m);

    /** b ← a⁻¹·b; a is destroyed. */
    void solve(M a, M b);

    /** a ← a⁻¹. */
    void invert(M a);

    /** a ← Q and r ← R of its QR decomposition. */
    void qr(M a, M r);

    /** Fills with independent standard normal numbers. */
    void gaussian(long seed, M m);

    /** Column j of q ← its negative where element (j, j) of r is negative. */
    void flipColumns(M q, M r);

    /** {@return the singular values of a, descending, 1 × n; a is destroyed} */
    Matrix singularValues(M a);

    /** out ← U·Vᵀ of a = U·diag(s)·Vᵀ; a is destroyed. */
    void polarBySvd(M a, M out);

    /** {@return U (n × n), s (1 × n, descending) and V (n × n) of a = U·diag(s)·Vᵀ; a is destroyed} */
    List<Matrix> svd(M a);
}
