package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;

/**
 * Laws of products, QR and singular value decompositions and inverses. u is the roundoff of the type that is computed in,
 * v that of the outputs' type (equal but for 16-bit types, which are computed in F32).
 *
 * <p>Bounds: a product's element is off by at most γₖ|a||b|; Householder reflections leave (10 + √m)u in ‖·‖_F/√n, which is twice
 * what is measured; the rounding of the outputs adds at most v for each factor.
 */
public final class DecompositionLaws {
    /** Multiplies two matrices. */
    @FunctionalInterface
    public interface ProductMap {
        /**
         * Applies the map.
         *
         * @param a m × k; must not be changed
         * @param b k × n; must not be changed
         * @param out m × n, receives a·b
         */
        void apply(Matrix a, Matrix b, Matrix out);
    }

    /** Finds a thin QR decomposition. */
    @FunctionalInterface
    public interface QrMap {
        /**
         * Applies the map.
         *
         * @param a m × n, m ≥ n; must not be changed
         * @param q m × n, receives orthonormal columns
         * @param r n × n, receives an upper triangle
         */
        void apply(Matrix a, Matrix q, Matrix r);
    }

    /** Finds a thin singular value decomposition, a = u·diag(s)·vᵀ, with p = min(m, n). */
    @FunctionalInterface
    public interface SvdMap {
        /**
         * Applies the map.
         *
         * @param a m × n; must not be changed
         * @param u m × p, receives orthonormal columns
         * @param s 1 × p, receives the singular values
         * @param v n × p, receives orthonormal columns
         */
        void apply(Matrix a, Matrix u, Matrix s, Matrix v);
    }

    private static final int[][] SHAPES = {{1, 1}, {2, 2}, {5, 3}, {17, 17}, {40, 33}, {64, 64}};
    private static final double[] CONDITIONS = {1, 30, 1000};

    private DecompositionLaws() {}

    private static double arithmetic(DType dtype) {
        return dtype.computeType().unitRoundoff();
    }

    private static double reflections(DType dtype, Dense a) {
        return (10 + Math.sqrt(a.rows())) * arithmetic(dtype) + 2 * dtype.unitRoundoff();
    }

    /**
     * {@return the law of products on inputs drawn from a seed, the worst case}
     *
     * @param product the map
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> checkProduct(ProductMap product, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            worst.add(product(product, dtype, shape[0], 2 * shape[1] + 1, shape[1], seed));
        }
        return worst.results();
    }

    /**
     * {@return every law of QR decompositions on inputs drawn from a seed, of each law the worst case}
     *
     * @param qr the map
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> checkQr(QrMap qr, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            for (double condition : CONDITIONS) {
                qr(qr, dtype, Generators.conditioned(shape[0], shape[1], condition, seed))
                        .forEach(worst::add);
            }
        }
        return worst.results();
    }

    /**
     * {@return every law of singular value decompositions on inputs drawn from a seed, of each law the worst case}
     *
     * @param svd the map
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> checkSvd(SvdMap svd, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            for (double condition : CONDITIONS) {
                Dense a = Generators.conditioned(shape[0], shape[1], condition, seed);
                svd(svd, dtype, a).forEach(worst::add);
                svd(svd, dtype, a.transposed()).forEach(worst::add);
            }
        }
        return worst.results();
    }

    /**
     * {@return the law of inverses on inputs drawn from a seed, the worst case}
     *
     * @param inverse the map
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> checkInverse(MatrixMap inverse, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            for (double condition : CONDITIONS) {
                worst.add(inverse(inverse, dtype, shape[1], condition, seed));
            }
        }
        return worst.results();
    }

    /**
     * {@return the law that every element of a·b is off by at most (k + 1)u|a||b| + v|a·b|, and what underflows; the error is in those
     * units}
     *
     * @param product the map
     * @param dtype element type
     * @param rows m
     * @param inner k
     * @param columns n
     * @param seed any number
     */
    public static LawResult product(ProductMap product, DType dtype, int rows, int inner, int columns, long seed) {
        Matrix a = Generators.gaussian(rows, inner, seed).to(dtype);
        Matrix b = Generators.gaussian(inner, columns, seed + 1).to(dtype);
        Matrix out = Generators.garbage(Matrix.allocate(dtype, rows, columns));
        product.apply(a, b, out);
        Dense exact = Dense.of(a).times(Dense.of(b));
        Dense magnitudes = Dense.of(a).magnitudes().times(Dense.of(b).magnitudes());
        double error = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double allowed = (inner + 1) * arithmetic(dtype) * magnitudes.get(i, j)
                        + dtype.unitRoundoff() * Math.abs(exact.get(i, j))
                        + Subjects.underflow(dtype);
                double off = Math.abs(out.get(i, j) - exact.get(i, j));
                error = Math.max(error, off / allowed);
            }
        }
        return new LawResult(
                "a·b is rounded sums of k products", dtype + ", " + rows + " x " + inner + " x " + columns, error, 1);
    }

    /**
     * {@return the laws of a QR decomposition: QᵀQ = I, QR = A, and R is zero below its diagonal}
     *
     * @param qr the map
     * @param dtype element type
     * @param a m × n, m ≥ n
     */
    public static List<LawResult> qr(QrMap qr, DType dtype, Dense a) {
        Matrix q = Generators.garbage(Matrix.allocate(dtype, a.rows(), a.columns()));
        Matrix r = Generators.garbage(Matrix.allocate(dtype, a.columns(), a.columns()));
        qr.apply(a.to(dtype), q, r);
        Dense upper = Dense.of(r);
        double below = 0;
        for (int i = 0; i < upper.rows(); i++) {
            for (int j = 0; j < i; j++) {
                below = Math.max(below, Math.abs(upper.get(i, j)));
            }
        }
        String subject = Subjects.describe(dtype, a);
        Dense rounded = Dense.of(a.to(dtype));
        double residual = Dense.of(q).timesPlus(upper, negated(rounded)).frobenius();
        return List.of(
                new LawResult(
                        "Q of QR is orthogonal", subject, Dense.of(q).orthogonalityDefect(), reflections(dtype, a)),
                new LawResult("QR = A", subject, residual, reflections(dtype, a) * rounded.frobenius()),
                new LawResult("R is upper triangular", subject, below, 0));
    }

    /**
     * {@return the laws of a singular value decomposition: UᵀU = I, VᵀV = I and UΣVᵀ = A}
     *
     * @param svd the map
     * @param dtype element type
     * @param a m × n
     */
    public static List<LawResult> svd(SvdMap svd, DType dtype, Dense a) {
        int p = Math.min(a.rows(), a.columns());
        Matrix u = Generators.garbage(Matrix.allocate(dtype, a.rows(), p));
        Matrix s = Generators.garbage(Matrix.allocate(dtype, 1, p));
        Matrix v = Generators.garbage(Matrix.allocate(dtype, a.columns(), p));
        svd.apply(a.to(dtype), u, s, v);
        Dense scaled = Dense.of(u);
        for (int i = 0; i < scaled.rows(); i++) {
            for (int j = 0; j < p; j++) {
                scaled.set(i, j, scaled.get(i, j) * s.get(0, j));
            }
        }
        Dense rounded = Dense.of(a.to(dtype));
        double residual =
                scaled.timesPlus(Dense.of(v).transposed(), negated(rounded)).frobenius();
        String subject = Subjects.describe(dtype, a);
        // Rotations in F64: 20√p of them in each vector's history.
        double rotations = 20 * Math.sqrt(Math.max(a.rows(), a.columns())) * DType.F64.unitRoundoff();
        double bound = rotations + 2 * dtype.unitRoundoff();
        return List.of(
                new LawResult("U of the SVD is orthogonal", subject, Dense.of(u).orthogonalityDefect(), bound),
                new LawResult("V of the SVD is orthogonal", subject, Dense.of(v).orthogonalityDefect(), bound),
                new LawResult("UΣVᵀ = A", subject, residual, 2 * bound * rounded.frobenius()));
    }

    /**
     * {@return the law that A·A⁻¹ = I, to nκu in ‖·‖_F/√n, and κv for the rounding of A⁻¹}
     *
     * @param inverse the map
     * @param dtype element type
     * @param n order of A
     * @param condition κ
     * @param seed any number
     */
    public static LawResult inverse(MatrixMap inverse, DType dtype, int n, double condition, long seed) {
        // The condition is that of the rounded matrix: a 16-bit type cannot hold one beyond 1/(nv).
        double kappa = Math.min(condition, 0.125 / (Math.max(1, n) * dtype.unitRoundoff()));
        Dense a = Generators.conditioned(n, n, Math.max(1, kappa), seed);
        Dense rounded = Dense.of(a.to(dtype));
        Dense found = Subjects.apply(inverse, dtype, rounded);
        Dense minus = Dense.zero(n, n).plus(-1, Dense.identity(n));
        double error = rounded.timesPlus(found, minus).frobenius() / Math.sqrt(Math.max(1, n));
        double bound = 2 * Math.max(1, kappa) * ((4 + n) * arithmetic(dtype) + dtype.unitRoundoff());
        return new LawResult("A·A⁻¹ = I", Subjects.describe(dtype, a) + ", κ = " + kappa, error, bound);
    }

    private static Dense negated(Dense a) {
        return Dense.zero(a.rows(), a.columns()).plus(-1, a);
    }
}
