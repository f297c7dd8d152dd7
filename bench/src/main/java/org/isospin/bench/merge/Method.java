package org.isospin.bench.merge;

import java.util.List;
import java.util.Locale;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.cli.UsageException;
import org.isospin.merge.Dare;
import org.isospin.merge.DeltaMerge;
import org.isospin.merge.EuclideanMerge;
import org.isospin.merge.IntrinsicMean;
import org.isospin.merge.OrthoMerge;
import org.isospin.merge.OrthoMergeOptions;
import org.isospin.merge.OrthoMergeOptions.Targets;
import org.isospin.merge.TaskArithmetic;
import org.isospin.merge.Ties;
import org.isospin.merge.TsvM;
import org.isospin.rotation.KarcherMean;
import org.jspecify.annotations.Nullable;

/** How matrices are merged. */
enum Method {
    /** {@link OrthoMerge}, variant G; what rotations leave is merged by task arithmetic. */
    ORTHOMERGE_G,
    /** {@link OrthoMerge}, variant C. */
    ORTHOMERGE_C,
    /** {@link TaskArithmetic}. */
    TASK_ARITHMETIC,
    /** {@link Ties}. */
    TIES,
    /** {@link Dare}. */
    DARE,
    /** {@link TsvM}. */
    TSV_M,
    /**
     * A mean: of the experts' rotations on the group ({@link KarcherMean}), and of what these leave. One of equal experts is the
     * expert to roundoff. Weights count by their share.
     */
    KARCHER;

    /**
     * The numbers of a call; null where the user gave none.
     *
     * @param scale of the merged change
     * @param keep the share of every change that TIES keeps
     * @param drop the probability of DARE
     * @param seed of DARE
     * @param side which side rotations turn
     */
    record Numbers(
            @Nullable Double scale,
            @Nullable Double keep,
            @Nullable Double drop,
            long seed,
            OrthoMergeOptions.@Nullable Side side) {}

    /** Merges one matrix. */
    @FunctionalInterface
    interface Merge {
        /** {@return what the user should know, or nothing, after out ← the experts, merged} */
        String apply(Isospin iso, Matrix base, List<Matrix> experts, double[] weights, Matrix out);
    }

    private static final double HALF = 0.5;

    /** {@return the method of a name} */
    static Method named(String name) {
        for (Method method : values()) {
            if (method.toString().equals(name)) {
                return method;
            }
        }
        throw new UsageException("--method: there is no '" + name + "'; there are " + names());
    }

    /** {@return all names} */
    static String names() {
        return String.join(
                ", ", List.of(values()).stream().map(Method::toString).toList());
    }

    /** {@return whether it turns matrices} */
    boolean rotates() {
        return this == ORTHOMERGE_G || this == ORTHOMERGE_C || this == KARCHER;
    }

    /**
     * {@return what it does}
     *
     * @param numbers of the call
     * @throws UsageException if a number is not among what it takes, or out of range
     */
    Merge with(Numbers numbers) {
        refuse("--scale", numbers.scale(), this != KARCHER);
        refuse("--keep", numbers.keep(), this == TIES);
        refuse("--drop", numbers.drop(), this == DARE);
        refuse("--side", numbers.side(), rotates());
        try {
            return make(numbers);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--method " + e.getMessage(), e);
        }
    }

    private void refuse(String option, @Nullable Object given, boolean isTaken) {
        if (given != null && !isTaken) {
            throw new UsageException(option + ": " + this + " has no use for it");
        }
    }

    private Merge make(Numbers numbers) {
        double sum = given(numbers.scale(), TaskArithmetic.DEFAULT.scale());
        double mean = given(numbers.scale(), 1);
        return switch (this) {
            case ORTHOMERGE_G -> rotations(options(numbers), new TaskArithmetic(sum));
            case ORTHOMERGE_C -> rotations(options(numbers).withTargets(Targets.CONFLICTS), new TaskArithmetic(sum));
            case TASK_ARITHMETIC -> changes(new TaskArithmetic(sum));
            case TIES -> changes(new Ties(given(numbers.keep(), Ties.DEFAULT.keep()), mean));
            case DARE -> changes(new Dare(given(numbers.drop(), HALF), numbers.seed(), sum));
            case TSV_M -> changes(new TsvM(mean));
            case KARCHER -> {
                Merge merge = rotations(
                        options(numbers).withMean(new IntrinsicMean(KarcherMean.Options.DEFAULT)),
                        new TaskArithmetic(1));
                yield (iso, base, experts, weights, out) -> merge.apply(iso, base, experts, shares(weights), out);
            }
        };
    }

    private static double given(@Nullable Double number, double fallback) {
        return number == null ? fallback : number;
    }

    private static OrthoMergeOptions options(Numbers numbers) {
        OrthoMergeOptions options = OrthoMergeOptions.DEFAULT;
        return numbers.side() == null ? options : options.withSide(numbers.side());
    }

    private static Merge changes(DeltaMerge method) {
        return (iso, base, experts, weights, out) -> {
            EuclideanMerge.merge(iso, base, experts, weights, method, out);
            return "";
        };
    }

    private static Merge rotations(OrthoMergeOptions options, DeltaMerge residuals) {
        return (iso, base, experts, weights, out) -> {
            OrthoMerge.Result result = OrthoMerge.merge(iso, base, experts, weights, options, residuals, out);
            return result.isCancelled() ? "rotations cancel" : "";
        };
    }

    private static double[] shares(double[] weights) {
        double[] shares = weights.clone();
        double sum = 0;
        for (double w : weights) {
            sum += w;
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /** {@return the name that users know} */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
