package org.isospin.properties.mutants;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Dense;
import org.isospin.properties.SkewMap;

/** Wrong exponentials. */
final class ExpMutants {
    private static final String PLANES = "planes turn by their angle";
    private static final String ORTHOGONAL = "exp(A) is orthogonal";
    private static final String SERIES = "exp(A) - I = A + A²/2 + A³/6";

    private final Isospin iso;

    ExpMutants(Isospin iso) {
        this.iso = iso;
    }

    static SkewMap right() {
        return of(a -> exp(a, Textbook.taylor()));
    }

    static SkewMap rightMinusIdentity() {
        return of(a -> Textbook.expm1(a, Textbook.taylor(), Textbook.doublings(a)));
    }

    private static SkewMap of(UnaryOperator<Dense> f) {
        return (a, out) -> Textbook.put(f.apply(Dense.of(a)), out);
    }

    private Dense exp(Dense a) {
        Matrix out = Matrix.allocate(DType.F64, a.rows(), a.rows());
        iso.exp(Faults.packed(a), out);
        return Dense.of(out);
    }

    private static Dense exp(Dense a, double[] c) {
        return Textbook.exp(a, c, Textbook.doublings(a));
    }

    List<Mutant<SkewMap>> all() {
        Map<Integer, Integer> first = new HashMap<>();
        return List.of(
                new Mutant<>("sign flipped: exp(-A)", PLANES, of(a -> exp(Textbook.times(-1, a)))),
                new Mutant<>("transposed", PLANES, of(a -> exp(a).transposed())),
                new Mutant<>("order off by one: the series ends at the 15th power", PLANES, of(a -> exp(a, shorter()))),
                new Mutant<>(
                        "identity added early: squarings of exp, not of exp - I", ORTHOGONAL, of(ExpMutants::squared)),
                new Mutant<>("coefficients swapped: those of A³ and A⁴", PLANES, of(a -> exp(a, swapped(3, 4)))),
                new Mutant<>("a missing factor ½: A²", PLANES, of(a -> exp(a, doubled(2)))),
                new Mutant<>("eps misplaced: in the norm that A is divided by", PLANES, of(a -> exp(epsilon(a)))),
                new Mutant<>("reflection", "det exp(A) = 1", of(a -> Faults.mirrored(exp(a)))),
                new Mutant<>(
                        "stale scratch: doublings of the first matrix of an order",
                        "exp(A)² = exp(2A)",
                        of(a -> Textbook.exp(
                                a, Textbook.taylor(), first.computeIfAbsent(a.rows(), _ -> Textbook.doublings(a))))),
                new Mutant<>("F32 intermediate", ORTHOGONAL, of(a -> Faults.throughF32(exp(a)))),
                new Mutant<>("one element wrong", ORTHOGONAL, of(a -> Faults.oneElementOff(exp(a)))),
                new Mutant<>("NaN hidden", "exp hides no NaN", of(a -> exp(Faults.withoutNaN(a)))),
                new Mutant<>("one side of A² only: not symmetric", "exp(-A) = exp(A)ᵀ bit for bit", of(this::uneven)));
    }

    /** exp(A) − I. */
    List<Mutant<SkewMap>> minusIdentity() {
        return List.of(
                new Mutant<>(
                        "identity added early: exp(A) - I", SERIES, of(a -> exp(a).plus(-1, Dense.identity(a.rows())))),
                new Mutant<>(
                        "scale lost: 10⁻³⁰ is nothing",
                        SERIES,
                        of(a -> Textbook.expm1(Faults.flushed(a), Textbook.taylor(), 0))),
                new Mutant<>(
                        "F32 intermediate",
                        SERIES,
                        of(a -> Faults.throughF32(Textbook.expm1(a, Textbook.taylor(), 0)))),
                new Mutant<>("a missing factor ½: A²", SERIES, of(a -> Textbook.expm1(a, doubled(2), 0))));
    }

    private static double[] shorter() {
        return Arrays.copyOf(Textbook.taylor(), 16);
    }

    private static double[] swapped(int i, int j) {
        double[] c = Textbook.taylor();
        double swap = c[i];
        c[i] = c[j];
        c[j] = swap;
        return c;
    }

    private static double[] doubled(int i) {
        double[] c = Textbook.taylor();
        c[i] *= 2;
        return c;
    }

    private static Dense squared(Dense a) {
        int squarings = Textbook.doublings(a) + 6;
        Dense q = Textbook.exp(Textbook.times(Math.scalb(1.0, -squarings), a), Textbook.taylor(), 0);
        for (int i = 0; i < squarings; i++) {
            q = q.times(q);
        }
        return q;
    }

    private static Dense epsilon(Dense a) {
        double norm = a.frobenius();
        return Textbook.times(norm, Textbook.divided(a, norm + 1e-8));
    }

    /** Rounds in an order that the transpose does not have. */
    private Dense uneven(Dense a) {
        Dense q = exp(a);
        for (int i = 0; i < q.rows(); i++) {
            for (int j = 0; j < i; j++) {
                q.set(i, j, Math.nextUp(q.get(i, j)));
            }
        }
        return q;
    }
}
