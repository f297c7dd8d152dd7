package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.polar.Group;

/** Laws of the orthogonal Procrustes problem: R in O(n) or SO(n) minimises ‖AR − B‖_F; u is the unit roundoff. */
public final class ProcrustesLaws {
    private static final int[][] SHAPES = {{2, 2}, {3, 3}, {8, 5}, {40, 17}, {80, 70}};

    private ProcrustesLaws() {}

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param procrustes the map
     * @param group the group it solves in
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(PairMap procrustes, Group group, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            Dense a = Generators.gaussian(shape[0], shape[1], seed);
            Dense b = Generators.gaussian(shape[0], shape[1], seed + 1);
            worst.add(orthogonality(procrustes, dtype, a, b));
            worst.add(recovery(procrustes, dtype, shape[0], shape[1], seed));
            worst.add(optimum(procrustes, group, dtype, a, b));
            worst.add(tiny(procrustes, group, dtype, a, b));
            worst.add(nan(procrustes, dtype, a, b));
            if (group == Group.ROTATION) {
                worst.add(determinant(procrustes, dtype, a, b));
            } else {
                worst.add(optimality(procrustes, dtype, a, b));
            }
        }
        return worst.results();
    }

    /**
     * {@return the law that R is orthogonal: orth ≤ 4u, plus what an SVD in F64 leaves}
     *
     * @param procrustes the map
     * @param dtype element type
     * @param a m × n
     * @param b m × n
     */
    public static LawResult orthogonality(PairMap procrustes, DType dtype, Dense a, Dense b) {
        Dense r = Subjects.apply(procrustes, dtype, a, b);
        // A Jacobi SVD ends at a few √n·u₆₄ in U and in V; it only shows in F64.
        double bound = 4 * dtype.unitRoundoff() + 8 * Math.sqrt(a.columns()) * DType.F64.unitRoundoff();
        return new LawResult("R is orthogonal", Subjects.describe(dtype, a), r.orthogonalityDefect(), bound);
    }

    /**
     * {@return the law that B = A·R gives back R, up to the condition of AᵀA and the rounding of B}
     *
     * @param procrustes the map
     * @param dtype element type
     * @param rows m, at least n
     * @param columns n
     * @param seed any number
     */
    public static LawResult recovery(PairMap procrustes, DType dtype, int rows, int columns, long seed) {
        double condition = 10;
        Dense a = Generators.conditioned(rows, columns, condition, seed);
        Dense r = Generators.orthonormal(columns, columns, seed + 7);
        if (r.determinant() < 0) {
            for (int i = 0; i < columns; i++) {
                r.set(i, 0, -r.get(i, 0));
            }
        }
        Dense found = Subjects.apply(procrustes, dtype, a, a.times(r));
        double error = found.plus(-1, r).frobenius() / Math.sqrt(columns);
        // A and B are rounded (u each, relative to ‖A‖); the polar factor of AᵀB amplifies by 2/(σₙ₋₁ + σₙ) = κ².
        return new LawResult(
                "Procrustes(A, AR) = R",
                Subjects.describe(dtype, a),
                error,
                dtype.unitRoundoff() * (4 + 4 * condition * condition));
    }

    /**
     * {@return the law that det R = 1}
     *
     * @param procrustes the map, in SO(n)
     * @param dtype element type
     * @param a m × n
     * @param b m × n
     */
    public static LawResult determinant(PairMap procrustes, DType dtype, Dense a, Dense b) {
        double error = Math.abs(Subjects.apply(procrustes, dtype, a, b).determinant() - 1);
        return new LawResult("det R = 1", Subjects.describe(dtype, a), error, 8 * a.columns() * dtype.unitRoundoff());
    }

    /**
     * {@return the condition of optimality in O(n): Rᵀ·AᵀB is symmetric}
     *
     * @param procrustes the map, in O(n)
     * @param dtype element type
     * @param a m × n
     * @param b m × n
     */
    public static LawResult optimality(PairMap procrustes, DType dtype, Dense a, Dense b) {
        Dense cross = cross(dtype, a, b);
        Dense p = Subjects.apply(procrustes, dtype, a, b).transposed().times(cross);
        double error = p.plus(-1, p.transposed()).frobenius() / 2;
        return new LawResult(
                "RᵀAᵀB is symmetric",
                Subjects.describe(dtype, a),
                error,
                16 * dtype.unitRoundoff() * cross.frobenius());
    }

    /**
     * {@return the law that tr RᵀAᵀB, which falls as ‖AR − B‖ rises, is the largest in the group: the sum of the singular
     * values of AᵀB, and in SO(n) that less twice the smallest if det AᵀB &lt; 0. Where R is stationary its errors count to
     * second order; orth ≤ 4u and its rounding by 4u√n‖AᵀB‖_F at most, besides what the singular values err by}
     *
     * @param procrustes the map
     * @param group where R is sought
     * @param dtype element type
     * @param a m × n
     * @param b m × n
     */
    public static LawResult optimum(PairMap procrustes, Group group, DType dtype, Dense a, Dense b) {
        Dense cross = cross(dtype, a, b);
        int n = cross.rows();
        Dense sigma = cross.singularValues();
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += sigma.get(0, i);
        }
        boolean isMirrored = group == Group.ROTATION && cross.determinant() < 0;
        double best = isMirrored ? sum - 2 * sigma.get(0, n - 1) : sum;
        double reached = Subjects.apply(procrustes, dtype, a, b)
                .transposed()
                .times(cross)
                .trace();
        double bound = 4 * dtype.unitRoundoff() * Math.sqrt(n) * cross.frobenius() + cross.singularValueError() * sum;
        return new LawResult("tr RᵀAᵀB is the largest", Subjects.describe(dtype, a), Math.abs(best - reached), bound);
    }

    /**
     * {@return the law that A/2ᵏ and B/2ᵏ have the R of A and B, for a 2ᵏ such that elements of AᵀB underflow: tr RᵀAᵀB is
     * as large}
     *
     * @param procrustes the map
     * @param group where R is sought
     * @param dtype element type
     * @param a m × n, with elements of about 1
     * @param b m × n, with elements of about 1
     */
    public static LawResult tiny(PairMap procrustes, Group group, DType dtype, Dense a, Dense b) {
        double factor = Subjects.tiny(dtype);
        Dense small = Dense.of(Dense.zero(a.rows(), a.columns()).plus(factor, a).to(dtype));
        Dense other = Dense.of(Dense.zero(b.rows(), b.columns()).plus(factor, b).to(dtype));
        PairMap scaled = (x, y, out) -> procrustes.apply(
                Dense.zero(a.rows(), a.columns()).plus(factor, Dense.of(x)).to(dtype),
                Dense.zero(b.rows(), b.columns()).plus(factor, Dense.of(y)).to(dtype),
                out);
        LawResult at1 = optimum(
                scaled,
                group,
                dtype,
                Dense.zero(a.rows(), a.columns()).plus(1 / factor, small),
                Dense.zero(b.rows(), b.columns()).plus(1 / factor, other));
        return new LawResult("tr RᵀAᵀB is the largest for A/2ᵏ, B/2ᵏ", at1.subject(), at1.error(), at1.bound());
    }

    /**
     * {@return the law that NaN in A is told by the result or by an exception}
     *
     * @param procrustes the map
     * @param dtype element type
     * @param a m × n, of which an element becomes NaN
     * @param b m × n
     */
    public static LawResult nan(PairMap procrustes, DType dtype, Dense a, Dense b) {
        Dense bad = a.plus(0, a);
        bad.set(a.rows() / 2, a.columns() / 2, Double.NaN);
        return Subjects.nan("Procrustes", Subjects.describe(dtype, a), () -> Subjects.apply(procrustes, dtype, bad, b));
    }

    private static Dense cross(DType dtype, Dense a, Dense b) {
        return Dense.of(a.to(dtype)).transposed().times(Dense.of(b.to(dtype)));
    }
}
