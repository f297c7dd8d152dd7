package org.isospin.properties.mutants;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.decomposition.Svd;
import org.isospin.polar.Group;
import org.isospin.properties.Dense;
import org.isospin.properties.PairMap;

/** Wrong solutions of Procrustes problems. */
final class ProcrustesMutants {
    private static final String ORTHOGONAL = "R is orthogonal";
    private static final String LARGEST = "tr RᵀAᵀB is the largest";
    private static final String RECOVERY = "Procrustes(A, AR) = R";

    private final Isospin iso;
    private final Group group;

    ProcrustesMutants(Isospin iso, Group group) {
        this.iso = iso;
        this.group = group;
    }

    PairMap right() {
        return (a, b, out) -> iso.procrustes(a, b, group, out);
    }

    private PairMap of(BinaryOperator<Dense> f) {
        return (a, b, out) -> Textbook.put(f.apply(Dense.of(a), Dense.of(b)), out);
    }

    private Dense procrustes(Dense a, Dense b) {
        Dense r = Dense.zero(a.columns(), a.columns());
        var out = r.to(DType.F64);
        iso.procrustes(a.to(DType.F64), b.to(DType.F64), group, out);
        return Dense.of(out);
    }

    List<Mutant<PairMap>> all() {
        Map<Integer, Dense> first = new HashMap<>();
        return List.of(
                new Mutant<>("sign flipped", LARGEST, of((a, b) -> Textbook.times(-1, procrustes(a, b)))),
                new Mutant<>(
                        "transposed", RECOVERY, of((a, b) -> procrustes(a, b).transposed())),
                new Mutant<>("A and B swapped", RECOVERY, of((a, b) -> procrustes(b, a))),
                new Mutant<>("eps misplaced: AᵀB + εI", LARGEST, of(this::shifted)),
                new Mutant<>("no polish: AᵀB/σ₁", ORTHOGONAL, of(ProcrustesMutants::cross)),
                new Mutant<>(
                        "row and column norm swapped: rows of A normalised",
                        LARGEST,
                        of((a, b) -> procrustes(Faults.normalisedRows(a), b))),
                new Mutant<>(
                        "stale scratch: R of the first problem of a shape",
                        RECOVERY,
                        of((a, b) -> first.computeIfAbsent(1000 * a.rows() + a.columns(), _ -> procrustes(a, b)))),
                new Mutant<>("F32 intermediate", ORTHOGONAL, of((a, b) -> Faults.throughF32(procrustes(a, b)))),
                new Mutant<>("one element wrong", ORTHOGONAL, of((a, b) -> Faults.oneElementOff(procrustes(a, b)))),
                new Mutant<>(
                        "NaN hidden", "Procrustes hides no NaN", of((a, b) -> procrustes(Faults.withoutNaN(a), b))),
                new Mutant<>("scale lost: 10⁻³⁰ is nothing", LARGEST + " for A/2ᵏ, B/2ᵏ", of(this::flushed)),
                group == Group.ROTATION
                        ? new Mutant<>("reflection instead of rotation", "det R = 1", of(this::reflected))
                        : new Mutant<>("rotation instead of reflection", LARGEST, of(this::rotation)),
                new Mutant<>("the largest singular vector turned, not the smallest", LARGEST, of(this::wrongVector)));
    }

    private Dense shifted(Dense a, Dense b) {
        Dense cross = a.transposed().times(b).plus(0.01, Dense.identity(a.columns()));
        return procrustes(Dense.identity(a.columns()), cross);
    }

    private static Dense cross(Dense a, Dense b) {
        Dense cross = a.transposed().times(b);
        return Textbook.divided(cross, cross.norm2());
    }

    private Dense flushed(Dense a, Dense b) {
        return a.max() < 1e-12 ? Dense.identity(a.columns()) : procrustes(a, b);
    }

    private Dense reflected(Dense a, Dense b) {
        Dense out = Dense.zero(a.columns(), a.columns());
        var r = out.to(DType.F64);
        iso.procrustes(a.to(DType.F64), b.to(DType.F64), Group.ORTHOGONAL, r);
        return Dense.of(r);
    }

    private Dense rotation(Dense a, Dense b) {
        Dense out = Dense.zero(a.columns(), a.columns());
        var r = out.to(DType.F64);
        iso.procrustes(a.to(DType.F64), b.to(DType.F64), Group.ROTATION, r);
        return Dense.of(r);
    }

    /** In SO(n) where a vector is to be turned at all, in O(n) where none is. */
    private Dense wrongVector(Dense a, Dense b) {
        Svd svd = iso.svd(a.transposed().times(b).to(DType.F64));
        Dense u = Dense.of(svd.u());
        Dense turned = Dense.of(svd.v()).transposed();
        if (u.times(turned).determinant() < 0) {
            u = Faults.mirrored(u);
        }
        return u.times(turned);
    }
}
