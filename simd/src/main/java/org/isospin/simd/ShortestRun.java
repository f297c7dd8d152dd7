package org.isospin.simd;

/**
 * The shortest of short runs, repeated until none has been shorter for a while: everything else on a machine can only slow a run
 * down.
 *
 * @param runs how many at least, enough for C2 to compile what they run
 * @param patience nanoseconds without a shorter run that then end the measurement
 * @param longest nanoseconds after which it ends in any case
 */
record ShortestRun(int runs, long patience, long longest) {
    /** {@return nanoseconds of the shortest run} */
    long of(Runnable run) {
        long shortest = Long.MAX_VALUE;
        long begin = System.nanoTime();
        long improved = begin;
        long now = begin;
        for (int i = 0; (i < runs || now - improved < patience) && now - begin < longest; i++) {
            long start = now;
            run.run();
            now = System.nanoTime();
            if (now - start < shortest) {
                shortest = now - start;
                improved = now;
            }
        }
        return shortest;
    }
}
