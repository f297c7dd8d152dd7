package org.isospin.properties.mutants;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.isospin.properties.Dense;
import org.isospin.properties.MatrixMap;

/** Wrong msigns by Keller Jordan's schedule. */
final class MsignMutants {
    private static final String MAPPING = "singular values go the way of the scalar";
    private static final String DIAGONAL = "msign of a diagonal is the scalar composition";
    private static final double EPSILON = 1e-7;

    private MsignMutants() {}

    static double scalar(double x) {
        return Textbook.msignScalar(Textbook.kellerJordan(), x);
    }

    static MatrixMap right() {
        return of(MsignMutants::msign);
    }

    private static MatrixMap of(UnaryOperator<Dense> f) {
        return (a, out) -> Textbook.put(f.apply(Dense.of(a)), out);
    }

    private static Dense msign(Dense a) {
        return msign(a, Textbook.kellerJordan());
    }

    private static Dense msign(Dense a, double[][] schedule) {
        // Tall and wide alike: the Gram matrix is the small one.
        return a.rows() > a.columns()
                ? Textbook.msign(a.transposed(), a.frobenius(), schedule).transposed()
                : Textbook.msign(a, a.frobenius(), schedule);
    }

    static List<Mutant<MatrixMap>> all() {
        Map<Integer, Double> first = new HashMap<>();
        double[][] schedule = Textbook.kellerJordan();
        return List.of(
                new Mutant<>("sign flipped", DIAGONAL, of(a -> Textbook.times(-1, msign(a)))),
                new Mutant<>(
                        "transposed, if square",
                        MAPPING,
                        of(a -> a.rows() == a.columns() ? msign(a).transposed() : msign(a))),
                new Mutant<>("order off by one: four steps", DIAGONAL, of(a -> msign(a, Arrays.copyOf(schedule, 4)))),
                new Mutant<>(
                        "coefficients swapped: b and c",
                        DIAGONAL,
                        of(a -> msign(a, changed(0, 3.4445, 2.0315, -4.7750)))),
                new Mutant<>(
                        "coefficients swapped: two steps' b, by little",
                        DIAGONAL,
                        of(a -> msign(a, changed(4, 3.4445, -4.7751, 2.0315)))),
                new Mutant<>(
                        "eps misplaced: added to the norm",
                        DIAGONAL,
                        of(a -> Textbook.msign(a, a.frobenius() + EPSILON, schedule))),
                new Mutant<>(
                        "eps misplaced: added to the norm of A scaled to 1",
                        DIAGONAL,
                        of(a -> msign(a).plus(0, a).plus(EPSILON, msign(a)))),
                new Mutant<>(
                        "a missing factor ½: the norm twice",
                        DIAGONAL,
                        of(a -> Textbook.msign(a, 2 * a.frobenius(), schedule))),
                new Mutant<>(
                        "row and column norm swapped: rows normalised",
                        MAPPING,
                        of(a -> Textbook.msign(Faults.normalisedRows(a), Math.sqrt(a.rows()), schedule))),
                new Mutant<>(
                        "stale scratch: the norm of the first matrix of a shape",
                        "msign(4A) = msign(A) bit for bit",
                        of(a -> Textbook.msign(
                                a,
                                first.computeIfAbsent(1000 * a.rows() + a.columns(), _ -> a.frobenius()),
                                schedule))),
                new Mutant<>(
                        "F32 intermediate: the norm",
                        DIAGONAL,
                        of(a -> Textbook.msign(a, (float) a.frobenius(), schedule))),
                new Mutant<>("F32 intermediate: the result", DIAGONAL, of(a -> Faults.throughF32(msign(a)))),
                new Mutant<>("one element wrong", DIAGONAL, of(a -> Faults.oneElementOff(msign(a)))),
                new Mutant<>("NaN hidden", "msign hides no NaN", of(a -> msign(Faults.withoutNaN(a)))),
                new Mutant<>(
                        "scale lost: 10⁻³⁰ is nothing",
                        "msign(A/2ᵏ) = msign(A) bit for bit",
                        of(a -> msign(Faults.flushed(a)))),
                new Mutant<>(
                        "scale lost: squares underflow",
                        "msign(A/2ᵏ) = msign(A) bit for bit",
                        of(MsignMutants::underflow)),
                new Mutant<>(
                        "no zero check: 0/0",
                        "msign(0) = 0",
                        of(a -> a.max() == 0 ? Textbook.times(Double.NaN, a) : msign(a))));
    }

    private static double[][] changed(int step, double a, double b, double c) {
        double[][] schedule = Textbook.kellerJordan();
        schedule[step] = new double[] {a, b, c};
        return schedule;
    }

    private static Dense underflow(Dense a) {
        double sum = 0;
        for (int i = 0; i < a.rows(); i++) {
            for (int j = 0; j < a.columns(); j++) {
                sum += a.get(i, j) * a.get(i, j);
            }
        }
        return Textbook.msign(a, Math.sqrt(sum), Textbook.kellerJordan());
    }
}
