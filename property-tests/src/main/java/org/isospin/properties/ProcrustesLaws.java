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
        Dense cross = Dense.of(a.to(dtype)).transposed().times(Dense.of(b.to(dtype)));
        Dense p = Subjects.apply(procrustes, dtype, a, b).transposed().times(cross);
        double error = p.plus(-1, p.transposed()).frobenius() / 2;
        return new LawResult(
                "RᵀAᵀB is symmetric",
                Subjects.describe(dtype, a),
                error,
                16 * dtype.unitRoundoff() * cross.frobenius());
    }
}
