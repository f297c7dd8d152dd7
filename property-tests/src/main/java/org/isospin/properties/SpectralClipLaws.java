package org.isospin.properties;

import java.util.List;
import org.isospin.DType;

/**
 * Laws of the spectral clip, U·diag(σ)·Vᵀ to U·diag(min(σ, 1))·Vᵀ.
 *
 * <p>Bounds: the clip is a Lipschitz function of A, of constant 1 in the Frobenius norm, and three signs of a dozen steps of a few
 * u each take part in it; together 128u of the compute type times ‖A‖₂, and a rounding of input and output.
 */
public final class SpectralClipLaws {
    private static final int[][] SHAPES = {{1, 1}, {2, 2}, {5, 3}, {3, 5}, {17, 17}, {40, 33}, {33, 64}};

    /** Largest singular value of the inputs. */
    private static final double NORM = 3;

    private static final double CONDITION = 20;

    private SpectralClipLaws() {}

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param mclip the map
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(MatrixMap mclip, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            worst.add(clips(mclip, dtype, shape[0], shape[1], seed));
            worst.add(keepsWhatIsSmall(mclip, dtype, shape[0], shape[1], seed));
            worst.add(transposition(mclip, dtype, Generators.gaussian(shape[0], shape[1], seed)));
        }
        return worst.results();
    }

    private static double bound(DType dtype, double norm) {
        return norm * (128 * dtype.computeType().unitRoundoff() + 2 * dtype.unitRoundoff());
    }

    private static double difference(Dense a, Dense b) {
        return a.plus(-1, b).frobenius() / Math.sqrt(Math.min(a.rows(), a.columns()));
    }

    /**
     * {@return the law that U·diag(σ)·Vᵀ becomes U·diag(min(σ, 1))·Vᵀ}
     *
     * @param mclip the map
     * @param dtype element type
     * @param rows number of rows
     * @param columns number of columns
     * @param seed any number
     */
    public static LawResult clips(MatrixMap mclip, DType dtype, int rows, int columns, long seed) {
        Dense a = Generators.withSpectrum(rows, columns, j -> sigma(rows, columns, j), seed);
        Dense expected = Generators.withSpectrum(rows, columns, j -> Math.min(sigma(rows, columns, j), 1), seed);
        return new LawResult(
                "singular values are clipped at 1",
                Subjects.describe(dtype, a),
                difference(Subjects.apply(mclip, dtype, a), expected),
                bound(dtype, NORM));
    }

    private static double sigma(int rows, int columns, int j) {
        return NORM * Generators.geometric(rows, columns, CONDITION, j);
    }

    /**
     * {@return the law that a matrix of norm ½ stays}
     *
     * @param mclip the map
     * @param dtype element type
     * @param rows number of rows
     * @param columns number of columns
     * @param seed any number
     */
    public static LawResult keepsWhatIsSmall(MatrixMap mclip, DType dtype, int rows, int columns, long seed) {
        Dense a = Dense.of(Generators.withSpectrum(rows, columns, j -> sigma(rows, columns, j) / (2 * NORM), seed)
                .to(dtype));
        return new LawResult(
                "singular values below 1 stay",
                Subjects.describe(dtype, a),
                difference(Subjects.apply(mclip, dtype, a), a),
                bound(dtype, 1));
    }

    /**
     * {@return the law that mclip(Aᵀ) = mclip(A)ᵀ}
     *
     * @param mclip the map
     * @param dtype element type
     * @param a any matrix
     */
    public static LawResult transposition(MatrixMap mclip, DType dtype, Dense a) {
        return new LawResult(
                "mclip(Aᵀ) = mclip(A)ᵀ",
                Subjects.describe(dtype, a),
                difference(
                        Subjects.apply(mclip, dtype, a.transposed()),
                        Subjects.apply(mclip, dtype, a).transposed()),
                bound(dtype, a.frobenius()));
    }
}
