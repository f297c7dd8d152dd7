package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.measure.Spectrum;
import org.isospin.polar.Group;
import org.isospin.polar.NullSpace;
import org.isospin.polar.ProcrustesFit;
import org.isospin.polar.ProcrustesOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Procrustes problems of fewer rows than columns, which are solved by products, against the same problems with rows of zeros
 * below, which leave AᵀB as it is and are solved by singular values.
 */
class ThinRotationTest {
    /** Few rows and many, of which twice as many are fewer than columns or not, on either side of what counts as small. */
    private static final int[][] SHAPES = {{1, 65}, {5, 96}, {40, 90}, {66, 140}, {64, 100}, {90, 97}};

    static Stream<Arguments> problems() {
        return Backends.available().stream()
                .flatMap(backend -> Arrays.stream(SHAPES).map(shape -> Arguments.of(backend, shape[0], shape[1])));
    }

    /**
     * Rows without and with zeros below them: R of both, which the data determine to its condition, and the policy to that of what
     * completes it.
     */
    private static void agree(
            String backend, Dense a, Dense b, ProcrustesOptions options, int rank, double complement) {
        int n = a.columns();
        Fit thin = Fit.of(backend, a, b, options);
        Fit square = Fit.of(backend, padded(a), padded(b), options);
        assertThat(thin.result.rank()).as(options.toString()).isEqualTo(rank);
        assertThat(square.result.rank()).as(options.toString()).isEqualTo(rank);
        double allowed = 16 * n * (square.result.condition() + complement) * DType.F64.unitRoundoff();
        assertThat(thin.r.plus(-1, square.r).frobenius())
                .as("%s, %d x %d", options, a.rows(), n)
                .isLessThanOrEqualTo(allowed);
        // An estimate from above, by the dimension at most.
        assertThat(thin.result.condition() / square.result.condition()).isBetween(1 - 1e-6, (double) n);
        if (options.nullSpace() != NullSpace.PARTIAL_ISOMETRY) {
            assertThat(thin.r.orthogonalityDefect()).isLessThanOrEqualTo(4 * DType.F64.unitRoundoff());
        }
    }

    private record Fit(Dense r, ProcrustesFit.Result result) {
        static Fit of(String backend, Dense a, Dense b, ProcrustesOptions options) {
            int n = a.columns();
            Matrix r = Generators.garbage(Matrix.allocate(DType.F64, n, n));
            Matrix t = Generators.garbage(Matrix.allocate(DType.F64, 1, n));
            ProcrustesFit.Result result =
                    ProcrustesFit.fit(Backends.shared(backend), a.to(DType.F64), b.to(DType.F64), options, r, t);
            return new Fit(Dense.of(r), result);
        }
    }

    private static Dense padded(Dense a) {
        Dense out = Dense.zero(a.columns(), a.columns());
        for (int i = 0; i < a.rows(); i++) {
            for (int j = 0; j < a.columns(); j++) {
                out.set(i, j, a.get(i, j));
            }
        }
        return out;
    }

    @ParameterizedTest
    @MethodSource("problems")
    void itIsThatOfSingularValues(String backend, int m, int n) {
        Dense a = Generators.gaussian(m, n, 1);
        Dense near = a.plus(0.3, Generators.gaussian(m, n, 2));
        // The first row the other way round: the determinant that the rows ask for is negative.
        Dense reversed = near.plus(0, near);
        for (int j = 0; j < n; j++) {
            reversed.set(0, j, -near.get(0, j));
        }
        ProcrustesOptions nearest = ProcrustesOptions.DEFAULT.withNullSpace(NullSpace.NEAREST_IDENTITY);
        double[] cosines = cosines(a, near);
        double least = cosines[m - 1];
        double second = m == 1 ? 1 : cosines[m - 2];
        agree(backend, a, near, nearest.withGroup(Group.ORTHOGONAL), m, 1 / least);
        agree(backend, a, near, nearest.withGroup(Group.ROTATION), m, 1 / least);
        agree(backend, a, reversed, nearest.withGroup(Group.ORTHOGONAL), m, 1 / least);
        agree(backend, a, reversed, nearest.withGroup(Group.ROTATION), m, 2 / (second - least));
        agree(backend, a, near, nearest.withNullSpace(NullSpace.PARTIAL_ISOMETRY), m, 0);
    }

    /** Of the angles between row spaces, descending; those below 1 are also those between the null spaces. */
    private static double[] cosines(Dense a, Dense b) {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Dense x = Dense.of(iso.polar(a.transposed().to(DType.F64)));
        Dense y = Dense.of(iso.polar(b.transposed().to(DType.F64)));
        return Spectrum.of(iso, x.transposed().times(y).to(DType.F64)).values();
    }

    /** Rows that repeat have a lower rank, which singular values find. */
    @ParameterizedTest
    @MethodSource("problems")
    void repeatedRowsHaveALowerRank(String backend, int m, int n) {
        if (m == 1) {
            return;
        }
        Dense a = Generators.gaussian(m, n, 3);
        for (int j = 0; j < n; j++) {
            a.set(m - 1, j, a.get(0, j));
        }
        Dense b = a.plus(0.01, Generators.gaussian(m, n, 4));
        agree(
                backend,
                a,
                b,
                ProcrustesOptions.DEFAULT
                        .withNullSpace(NullSpace.NEAREST_IDENTITY)
                        .withGroup(Group.ROTATION),
                m - 1,
                2);
    }

    @ParameterizedTest
    @MethodSource("problems")
    void rowsThatStayTurnNothing(String backend, int m, int n) {
        Dense a = Generators.gaussian(m, n, 5);
        Fit still = Fit.of(
                backend,
                a,
                a,
                ProcrustesOptions.DEFAULT
                        .withNullSpace(NullSpace.NEAREST_IDENTITY)
                        .withGroup(Group.ROTATION));
        double allowed = 4 * n * still.result.condition() * DType.F64.unitRoundoff();
        assertThat(still.r.plus(-1, Dense.identity(n)).frobenius()).isLessThanOrEqualTo(allowed);
    }
}
