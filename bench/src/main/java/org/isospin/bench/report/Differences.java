package org.isospin.bench.report;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What keeps two runs from being compared: each must be named to be ignored. */
final class Differences {
    /** What runs may differ in. */
    enum Aspect {
        /** The version of Isospin. */
        VERSION,
        /** Where random numbers started. */
        SEED,
        /** Which operations ran. */
        OPERATIONS,
        /** Orders of matrices. */
        SIZES,
        /** Element types. */
        DTYPES;

        /** {@return the name that users ignore it by, which is that in a run's inputs} */
        String title() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** {@return what it is in a run} */
        String of(BenchRun run) {
            return this == VERSION ? run.version() : run.inputs().path(title()).toString();
        }
    }

    /**
     * A difference.
     *
     * @param aspect in what
     * @param text both values, in words
     */
    record Difference(Aspect aspect, String text) {}

    private Differences() {}

    /** {@return every difference of later runs from the first one} */
    static List<Difference> of(List<BenchRun> runs) {
        BenchRun first = runs.getFirst();
        List<Difference> found = new ArrayList<>();
        for (BenchRun other : runs.subList(1, runs.size())) {
            for (Aspect aspect : Aspect.values()) {
                String one = aspect.of(first);
                String two = aspect.of(other);
                if (!one.equals(two)) {
                    found.add(new Difference(
                            aspect,
                            aspect.title() + ": " + one + " in " + first.file() + ", " + two + " in " + other.file()));
                }
            }
        }
        return found;
    }

    /** {@return the aspects that differ} */
    static Set<Aspect> aspects(List<Difference> differences) {
        Set<Aspect> aspects = EnumSet.noneOf(Aspect.class);
        differences.forEach(d -> aspects.add(d.aspect));
        return aspects;
    }
}
