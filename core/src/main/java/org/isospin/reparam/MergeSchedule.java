package org.isospin.reparam;

/**
 * When a {@link PoetLayer} merges, and how the bound of the gradient's norm is lowered after it, while an optimizer that was reset
 * knows little: in the first {@code warmup} steps after a merge it grows from {@code least} of the bound to all of it.
 *
 * @param interval merges come after steps that are multiples of it
 * @param warmup steps with a lowered bound, 0 for none
 * @param least the share of the bound in the first of them, in [0, 1]
 * @param until the number of steps after which no merge lowers the bound any more
 */
public record MergeSchedule(long interval, int warmup, double least, long until) {
    /** Merges after every 200 steps, ten steps from a tenth of the bound, in the first 2000 steps: POET-X. */
    public static final MergeSchedule DEFAULT = new MergeSchedule(200, 10, 0.1, 2000);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if interval is less than 1, warmup or until negative, or least not in [0, 1]
     */
    public MergeSchedule {
        if (interval < 1 || warmup < 0 || until < 0 || !(least >= 0 && least <= 1)) {
            throw new IllegalArgumentException(
                    "a merge schedule needs an interval of 1 or more, steps of 0 or more and a"
                            + " share in [0, 1], not " + interval + ", " + warmup + ", " + until + " and " + least);
        }
    }

    /**
     * {@return these merges at another interval}
     *
     * @param other merges come after steps that are multiples of it
     */
    public MergeSchedule withInterval(long other) {
        return new MergeSchedule(other, warmup, least, until);
    }

    /**
     * {@return whether to merge after a step}
     *
     * @param t the step, from 1
     */
    public boolean isDue(long t) {
        return t % interval == 0;
    }

    /**
     * {@return the bound of the gradient's norm in a step}
     *
     * @param t the step, from 1
     * @param bound the bound at other times
     */
    public double clip(long t, double bound) {
        long done = t - 1;
        long since = done % interval;
        if (done < interval || done > until || since >= warmup) {
            return bound;
        }
        return bound * (least + (1 - least) * since / warmup);
    }
}
