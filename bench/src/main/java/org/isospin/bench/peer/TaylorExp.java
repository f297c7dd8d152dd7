package org.isospin.bench.peer;

/**
 * exp of a skew matrix by the Taylor polynomial of degree 18 in five products (Bader, Blanes and Casas 2019), scaled by
 * ‖A⁶‖₁^(1/6), which bounds the spectral radius of A and so, A being normal, its norm; A² and A⁶ are half products. The
 * best scheme that is known for libraries without products of known symmetry.
 *
 * @param <M> the library's matrices
 */
final class TaylorExp<M> {
    /** Row i: the coefficients of I, A, A², A³ and A⁶ in Bᵢ; exp(A) = B₂ + (B₃ + C)·C with C = B₁·B₅ + B₄. */
    private static final double[][] B = {
        {0, -0.10036558103014462, -0.00802924648241157, -0.00089213849804573, 0},
        {0, 0.3978497494996451, 1.3678377846041172, 0.49828962252538267, -0.0006378981945947233},
        {-10.967639605296206, 1.680158138789062, 0.05717798464788655, -0.0069821012248805206, 3.349750170860705e-05},
        {-0.09043168323908106, -0.06764045190713819, 0.06759613017704597, 0.029555257042931552, -1.391802575160607e-05},
        {0, 0, -0.09233646193671186, -0.016936493900208172, -1.400867981820361e-05}
    };

    /** The powers of A beside the coefficients. */
    private static final int[] POWERS = {0, 1, 2, 3, 6};

    /** Norms up to which the polynomial is exact to roundoff in F64 and F32. */
    private static final double LIMIT_F64 = 1.0908637;

    private static final double LIMIT_F32 = 3.0100664;

    private final Algebra<M> algebra;
    private final double limit;
    private final M square;
    private final M cube;
    private final M sixth;
    private final M first;
    private final M second;
    private final M third;

    TaylorExp(Algebra<M> algebra) {
        this.algebra = algebra;
        limit = algebra.roundoff() < 0x1p-50 ? LIMIT_F64 : LIMIT_F32;
        square = algebra.matrix();
        cube = algebra.matrix();
        sixth = algebra.matrix();
        first = algebra.matrix();
        second = algebra.matrix();
        third = algebra.matrix();
    }

    /** out ← exp(A). */
    void exp(M a, M out) {
        // A·Aᵀ = −A² and A³·A³ᵀ = −A⁶; the signs are taken into the coefficients.
        algebra.gram(a, square);
        algebra.multiply(square, a, cube);
        algebra.gram(cube, sixth);
        double norm = Math.pow(algebra.norm1(sixth), 1.0 / 6);
        int squarings = norm > limit ? Math.getExponent(norm / limit) + 1 : 0;
        double scale = Math.scalb(1.0, -squarings);
        combination(0, scale, a, first);
        combination(4, scale, a, second);
        combination(3, scale, a, third);
        algebra.multiplyAdd(first, second, third);
        combination(2, scale, a, first);
        algebra.combine(1, third, 1, first);
        M x = squarings % 2 == 0 ? out : second;
        M y = squarings % 2 == 0 ? second : out;
        combination(1, scale, a, x);
        algebra.multiplyAdd(first, third, x);
        for (int i = 0; i < squarings; i++) {
            algebra.multiply(x, x, y);
            M swap = x;
            x = y;
            y = swap;
        }
    }

    /** out ← Bᵢ of scale·A. */
    private void combination(int i, double scale, M a, M out) {
        // gram(A) = −A², gram(A)·A = −A³, gram(gram(A)·A) = A³·A³ᵀ = −A⁶.
        algebra.combine(coefficient(i, 1, scale), a, 0, out);
        algebra.combine(-coefficient(i, 2, scale), square, 1, out);
        algebra.combine(-coefficient(i, 3, scale), cube, 1, out);
        if (B[i][4] != 0) {
            algebra.combine(-coefficient(i, 4, scale), sixth, 1, out);
        }
        if (B[i][0] != 0) {
            algebra.shift(B[i][0], out);
        }
    }

    private static double coefficient(int i, int term, double scale) {
        return B[i][term] * Math.pow(scale, POWERS[term]);
    }

    /** {@return the polynomial of a number, for its test} */
    static double scalar(double x) {
        double[] b = new double[B.length];
        for (int i = 0; i < b.length; i++) {
            for (int j = 0; j < POWERS.length; j++) {
                b[i] += B[i][j] * Math.pow(x, POWERS[j]);
            }
        }
        double c = b[0] * b[4] + b[3];
        return b[1] + (b[2] + c) * c;
    }
}
