package org.isospin.bench.report;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/** What keeps two runs from being compared: each must be named to be ignored. */
final class Differences {
    /** What runs may differ in. */
    enum Aspect {
        /** The version of Isospin. */
        VERSION(BenchRun::version),
        /** Where random numbers started. */
        SEED(run -> run.inputs().path("seed").toString()),
        /** Which operations ran. */
        OPERATIONS(run -> run.inputs().path("operations").toString()),
        /** Orders of matrices. */
        SIZES(run -> run.inputs().path("sizes").toString()),
        /** Element types. */
        DTYPES(run -> run.inputs().path("dtypes").toString());

        private final Function<BenchRun, String> value;

        Aspect(Function<BenchRun, String> value) {
            this.value = value;
        }

        /** {@return the name that users ignore it by} */
        String title() {
            return name().toLowerCase(Locale.ROOT);
        }

        String of(BenchRun run) {
            return value.apply(run);
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
