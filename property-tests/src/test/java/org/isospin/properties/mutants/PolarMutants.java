package org.isospin.properties.mutants;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.decomposition.Svd;
import org.isospin.properties.Dense;
import org.isospin.properties.MatrixMap;

/** Wrong polar factors. */
final class PolarMutants {
    private static final String ORTHOGONAL = "polar(A) is orthogonal";
    private static final String SYMMETRIC = "UᵀA is symmetric";
    private static final String TRACE = "tr UᵀA = Σσ";

    private final Isospin iso;

    PolarMutants(Isospin iso) {
        this.iso = iso;
    }

    MatrixMap right() {
        return iso::polar;
    }

    private MatrixMap of(UnaryOperator<Dense> f) {
        return (a, out) -> Textbook.put(f.apply(Dense.of(a)), out);
    }

    private Dense polar(Dense a) {
        return Dense.of(iso.polar(a.to(DType.F64)));
    }

    List<Mutant<MatrixMap>> all() {
        Map<Integer, Dense> first = new HashMap<>();
        return List.of(
                new Mutant<>("sign flipped", TRACE, of(a -> Textbook.times(-1, polar(a)))),
                new Mutant<>(
                        "transposed, if square",
                        SYMMETRIC,
                        of(a -> a.rows() == a.columns() ? polar(a).transposed() : polar(a))),
                new Mutant<>("order off by one: a step too few", ORTHOGONAL, of(a -> Textbook.polar(a, 0.5, 1e-5))),
                new Mutant<>("a missing factor ½ in X + ½X(I - XᵀX)", ORTHOGONAL, of(a -> Textbook.polar(a, 1, 1e-15))),
                new Mutant<>("a factor ¼ in X + ½X(I - XᵀX)", ORTHOGONAL, of(a -> Textbook.polar(a, 0.25, 1e-7))),
                new Mutant<>("eps misplaced: A + εI", SYMMETRIC, of(a -> polar(shifted(a)))),
                new Mutant<>("reflection: the smallest singular vector turned", TRACE, of(this::turned)),
                new Mutant<>("reflection: a column negated", SYMMETRIC, of(a -> Faults.mirrored(polar(a)))),
                new Mutant<>(
                        "row and column norm swapped: rows normalised",
                        SYMMETRIC,
                        of(a -> polar(Faults.normalisedRows(a)))),
                new Mutant<>(
                        "stale scratch: the factor of the first matrix of a shape",
                        SYMMETRIC,
                        of(a -> first.computeIfAbsent(1000 * a.rows() + a.columns(), _ -> polar(a)))),
                new Mutant<>("F32 intermediate", ORTHOGONAL, of(a -> Faults.throughF32(polar(a)))),
                new Mutant<>("F32 operand", SYMMETRIC, of(a -> polar(Faults.throughF32(a)))),
                new Mutant<>("one element wrong", ORTHOGONAL, of(a -> Faults.oneElementOff(polar(a)))),
                new Mutant<>("NaN hidden", "polar hides no NaN", of(a -> polar(Faults.withoutNaN(a)))),
                new Mutant<>("scale lost: 10⁻³⁰ is nothing", "polar(A/2ᵏ) = polar(A) bit for bit", of(this::flushed)),
                new Mutant<>("U of a singular value decomposition", SYMMETRIC, of(this::leftVectors)));
    }

    private static Dense shifted(Dense a) {
        Dense out = a.plus(0, a);
        for (int i = 0; i < Math.min(a.rows(), a.columns()); i++) {
            out.set(i, i, out.get(i, i) + 1e-8);
        }
        return out;
    }

    private Dense turned(Dense a) {
        Svd svd = iso.svd(a.to(DType.F64));
        Dense u = Dense.of(svd.u());
        int last = svd.s().columns() - 1;
        for (int i = 0; i < u.rows(); i++) {
            u.set(i, last, -u.get(i, last));
        }
        return u.times(Dense.of(svd.v()).transposed());
    }

    private Dense flushed(Dense a) {
        return a.max() < 1e-12 ? Textbook.zero(a) : polar(a);
    }

    private Dense leftVectors(Dense a) {
        Svd svd = iso.svd(a.to(DType.F64));
        Dense u = Dense.of(svd.u());
        return a.rows() == a.columns() ? u : polar(a);
    }
}
