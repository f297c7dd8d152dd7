package org.isospin.bench.drift;

import java.util.List;
import org.isospin.bench.cli.Figures;
import org.jspecify.annotations.Nullable;

/**
 * What became of the singular values of one weight.
 *
 * @param variant who stepped it
 * @param by the backend
 * @param drift max|σᵢ/σᵢ₀ − 1|
 * @param smallest |σₚ/σₚ₀ − 1| of the smallest
 * @param growth the mean of ln(σᵢ/σᵢ₀)
 * @param predicted what {@link GrowthPrediction} says of it; NaN where nothing is said
 * @param angle the largest angle in radians of all steps
 * @param failure why there is no result; null if there is one
 */
record DriftRow(
        Variant variant,
        String by,
        double drift,
        double smallest,
        double growth,
        double predicted,
        double angle,
        @Nullable String failure) {
    /** What columns are called. */
    static final List<String> HEADINGS =
            List.of("optimizer", "type", "rounding", "by", "drift", "smallest", "growth", "Σθ⁴/8", "angle", "goal", "");

    /** How many of the first columns are words. */
    static final int WORDS = 4;

    /** {@return a row without numbers} */
    static DriftRow failed(Variant variant, String by, String failure) {
        return new DriftRow(variant, by, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, failure);
    }

    /** {@return whether there is a result, and a finite one} */
    boolean isGood() {
        return failure == null && Double.isFinite(drift);
    }

    /** {@return whether there is no result where one is wanted, or one that is not good enough} */
    boolean isMissed() {
        return !isGood() || !variant.goal().holds(this);
    }

    /** {@return the verdict in a word or two; empty where there is no goal} */
    String verdict() {
        if (!isGood()) {
            return "FAILED " + (failure == null ? "not finite" : failure);
        }
        return variant.goal() == Goal.NONE ? "" : isMissed() ? "MISSED" : "holds";
    }

    /** {@return a text for each heading} */
    List<String> cells() {
        return List.of(
                variant.title(),
                Figures.name(variant.dtype()),
                variant.rounding().toString(),
                by,
                Figures.significant(drift),
                Figures.significant(smallest),
                Figures.significant(growth),
                Figures.significant(predicted),
                Figures.significant(angle),
                variant.goal().title(),
                verdict());
    }
}
