package org.isospin.properties.mutants;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.isospin.Isospin;
import org.isospin.properties.Dense;
import org.isospin.properties.OptimizerStepLaws;

/** Wrong steps W′ = exp(−η(GWᵀ − WGᵀ))·W, with G scaled to the size of W and η = 0.1. */
final class StepMutants {
    private static final String SPECTRUM = "singular values stay";
    private static final String DOWNHILL = "the step goes downhill";
    private static final double RATE = 0.1;

    private final Isospin iso;

    StepMutants(Isospin iso) {
        this.iso = iso;
    }

    OptimizerStepLaws.Step right() {
        return of(this::step);
    }

    private static OptimizerStepLaws.Step of(BinaryOperator<Dense> f) {
        return (w, g, out) -> Textbook.put(f.apply(Dense.of(w), Dense.of(g)), out);
    }

    /** {@return A of norm about η: both factors are scaled to 1 by powers of two, which keeps small ones from underflow} */
    private static Dense direction(Dense w, Dense g) {
        Dense x = unit(w);
        Dense y = unit(g);
        Dense cross = y.times(x.transposed());
        return Textbook.times(-RATE, cross.plus(-1, cross.transposed()));
    }

    private static Dense unit(Dense m) {
        double largest = m.max();
        return largest == 0 || !m.isFinite() ? m : Textbook.times(Math.scalb(1.0, -Math.getExponent(largest)), m);
    }

    private Dense exp(Dense a) {
        return Dense.of(iso.exp(Faults.packed(a)));
    }

    private Dense step(Dense w, Dense g) {
        return exp(direction(w, g)).times(w);
    }

    List<Mutant<OptimizerStepLaws.Step>> all() {
        Map<Integer, Dense> first = new HashMap<>();
        return List.of(
                new Mutant<>(
                        "sign flipped: uphill",
                        DOWNHILL,
                        of((w, g) -> exp(direction(g, w)).times(w))),
                new Mutant<>(
                        "order off by one: I + A",
                        SPECTRUM,
                        of((w, g) -> w.plus(1, direction(w, g).times(w)))),
                new Mutant<>(
                        "order off by one: I + A + A²/2, claimed to be exact",
                        SPECTRUM,
                        of((w, g) -> quadratic(0.5, w, g))),
                new Mutant<>("a missing factor ½: I + A + A²", SPECTRUM, of((w, g) -> quadratic(1, w, g))),
                new Mutant<>(
                        "transposed: exp(A)ᵀ·W",
                        DOWNHILL,
                        of((w, g) -> exp(direction(w, g)).transposed().times(w))),
                new Mutant<>("no skew part: exp of the whole GWᵀ", SPECTRUM, of(StepMutants::whole)),
                new Mutant<>("weight decay", SPECTRUM, of((w, g) -> Textbook.times(1 - 1e-9, step(w, g)))),
                new Mutant<>("reflection: always a step", "no gradient, no step", of((w, g) -> mirrored(step(w, g)))),
                new Mutant<>("no step", DOWNHILL, of((w, _) -> w)),
                new Mutant<>("eps misplaced: W normalised by ‖W‖ + ε", SPECTRUM, of(this::normalised)),
                new Mutant<>("row and column norm swapped: rows of W′ normalised", SPECTRUM, of(this::byRows)),
                new Mutant<>(
                        "stale scratch: the direction of the step before",
                        "a step depends on W and G alone",
                        of((w, g) -> {
                            Dense before = first.put(1000 * w.rows() + w.columns(), direction(w, g));
                            return exp(before == null ? direction(w, g) : before)
                                    .times(w);
                        })),
                new Mutant<>("F32 intermediate", SPECTRUM, of((w, g) -> Faults.throughF32(step(w, g)))),
                new Mutant<>("one element wrong", SPECTRUM, of(this::oneElementOff)),
                new Mutant<>("NaN hidden", "the step hides no NaN", of((w, g) -> step(w, Faults.withoutNaN(g)))),
                new Mutant<>(
                        "scale lost: 10⁻³⁰ is nothing",
                        "singular values of W/2ᵏ stay",
                        of((w, g) -> step(Faults.flushed(w), g))));
    }

    private static Dense quadratic(double half, Dense w, Dense g) {
        Dense a = direction(w, g);
        Dense once = a.times(w);
        return w.plus(1, once).plus(half, a.times(once));
    }

    private static Dense whole(Dense w, Dense g) {
        Dense a = Textbook.times(-RATE, unit(g).times(unit(w).transposed()));
        Dense sum = w;
        Dense term = w;
        for (int k = 1; k < 30; k++) {
            term = Textbook.times(1.0 / k, a.times(term));
            sum = sum.plus(1, term);
        }
        return sum;
    }

    private static Dense mirrored(Dense w) {
        return Faults.mirrored(w);
    }

    private Dense normalised(Dense w, Dense g) {
        double norm = w.frobenius();
        return Textbook.times(norm, Textbook.divided(step(w, g), norm + 1e-8));
    }

    private Dense byRows(Dense w, Dense g) {
        Dense next = step(w, g);
        for (int i = 0; i < w.rows(); i++) {
            double before = 0;
            double after = 0;
            for (int j = 0; j < w.columns(); j++) {
                before += w.get(i, j) * w.get(i, j);
                after += next.get(i, j) * next.get(i, j);
            }
            for (int j = 0; j < w.columns() && after > 0; j++) {
                next.set(i, j, next.get(i, j) * Math.sqrt(before / after));
            }
        }
        return next;
    }

    private Dense oneElementOff(Dense w, Dense g) {
        Dense next = step(w, g);
        if (w.rows() > 10) {
            next.set(10, 0, next.get(10, 0) + 1e-9);
        }
        return next;
    }
}
