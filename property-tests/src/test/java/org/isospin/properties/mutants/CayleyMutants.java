package org.isospin.properties.mutants;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Dense;
import org.isospin.properties.SkewMap;
import org.isospin.rotation.CayleyStep;

/** Wrong Cayley transforms (I + A/2)(I − A/2)⁻¹. */
final class CayleyMutants {
    private static final String EQUATION = "Cayley(A)(I - cA) = I + cA";
    private static final String ORTHOGONAL = "Cayley(A) is orthogonal";
    private static final String PLANES = "planes turn by 2·atan(cθ)";

    private final Isospin iso;

    CayleyMutants(Isospin iso) {
        this.iso = iso;
    }

    SkewMap right() {
        return (a, out) -> iso.cayley(a, CayleyStep.HALF, out);
    }

    private SkewMap of(UnaryOperator<Dense> f) {
        return (a, out) -> Textbook.put(f.apply(Dense.of(a)), out);
    }

    private Dense cayley(Dense a) {
        Matrix out = Matrix.allocate(DType.F64, a.rows(), a.rows());
        iso.cayley(Faults.packed(a), CayleyStep.HALF, out);
        return Dense.of(out);
    }

    private Dense inverse(Dense a) {
        Matrix out = Matrix.allocate(DType.F64, a.rows(), a.rows());
        iso.inverse(a.to(DType.F64), out);
        return Dense.of(out);
    }

    List<Mutant<SkewMap>> all() {
        Map<Integer, Dense> first = new HashMap<>();
        return List.of(
                new Mutant<>("sign flipped: Cayley(-A)", EQUATION, of(a -> cayley(Textbook.times(-1, a)))),
                new Mutant<>("transposed", EQUATION, of(a -> cayley(a).transposed())),
                new Mutant<>("order off by one: A⁴ left out of a Neumann series", EQUATION, of(CayleyMutants::neumann)),
                new Mutant<>("identity added early: 2(I - A/2)⁻¹ - I", ORTHOGONAL, of(this::early)),
                new Mutant<>("coefficients swapped: (I - A/2)(I + A/2)", ORTHOGONAL, of(CayleyMutants::product)),
                new Mutant<>("a missing factor ½: the full step", EQUATION, of(a -> cayley(Textbook.times(2, a)))),
                new Mutant<>("eps misplaced: in the diagonal of I - A/2", EQUATION, of(this::shifted)),
                new Mutant<>("reflection", PLANES, of(a -> Faults.mirrored(cayley(a)))),
                new Mutant<>(
                        "stale scratch: the inverse of the first matrix of an order",
                        EQUATION,
                        of(a -> first.computeIfAbsent(a.rows(), _ -> inverse(below(a)))
                                .times(above(a)))),
                new Mutant<>("F32 intermediate", ORTHOGONAL, of(a -> Faults.throughF32(cayley(a)))),
                new Mutant<>("one element wrong", ORTHOGONAL, of(a -> Faults.oneElementOff(cayley(a)))),
                new Mutant<>("NaN hidden", "Cayley hides no NaN", of(a -> cayley(Faults.withoutNaN(a)))),
                new Mutant<>(
                        "scale lost: tiny elements stay, the identity goes", "Cayley(0) = I exactly", of(this::lost)));
    }

    private static Dense below(Dense a) {
        return Dense.identity(a.rows()).plus(-0.5, a);
    }

    private static Dense above(Dense a) {
        return Dense.identity(a.rows()).plus(0.5, a);
    }

    private static Dense product(Dense a) {
        return below(a).times(above(a));
    }

    private Dense early(Dense a) {
        return Textbook.times(2, inverse(below(a))).plus(-1, Dense.identity(a.rows()));
    }

    private Dense shifted(Dense a) {
        return inverse(below(a).plus(1e-8, Dense.identity(a.rows()))).times(above(a));
    }

    /** (I + X)(I + X + X² + X³), right up to X⁴. */
    private static Dense neumann(Dense a) {
        Dense x = Textbook.times(0.5, a);
        Dense sum = Dense.identity(a.rows());
        for (int i = 0; i < 3; i++) {
            sum = Dense.identity(a.rows()).plus(1, x.times(sum));
        }
        return above(a).times(sum);
    }

    private Dense lost(Dense a) {
        Dense q = cayley(a);
        return a.max() < 1e-12 ? q.plus(-1, Dense.identity(a.rows())) : q;
    }
}
