package org.isospin.simd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Finds the fastest code of a kernel at the first product: each runs on panels of its own until C2 has compiled it and no run has
 * been shorter for a while, on a daemon thread that ends a moment later, about half a second of one processor. Until the first is
 * compiled, products are summed without vectors; the property {@value #PROPERTY} with the value off takes the code that is expected
 * to be the fastest without a trial, and has the first products compile it.
 *
 * <p>Which code that is depends on how C2 has assigned registers: one sum too many in memory doubles the time.
 */
final class KernelTrial {
    /** The property that leaves the trial out. */
    static final String PROPERTY = "isospin.simd.warmup";

    private static final String ON = "on";

    private static final String OFF = "off";

    /** Range of k of a tile. */
    private static final int DEPTH = 128;

    /** Tiles of a run: 5 to 20 µs once compiled. */
    private static final int TILES = 16;

    /** C2 compiles after some thousand tiles. */
    private static final ShortestRun COMPILED = new ShortestRun(400, 10_000_000, 2_000_000_000);

    /** The code without vectors is far from the others, whatever compiles it. */
    private static final ShortestRun SCALAR = new ShortestRun(30, 1_000_000, 100_000_000);

    /** One of the {@link #TURNS} in which codes are compared. */
    private static final ShortestRun TURN = new ShortestRun(8, 0, 100_000_000);

    private static final int TURNS = 64;

    /** By how much one must be faster to replace one that is expected to be the fastest: what repeated trials differ by. */
    private static final double CLEAR = 0.97;

    /** Compiled vectors are faster than that, whatever their width. */
    private static final double VECTORS = 0.7;

    /** Nanoseconds before a second round, and twice as many before each one after it. */
    private static final long FIRST_PAUSE = 1_000_000_000;

    /** The last one begins after nine minutes. */
    private static final int MORE_ROUNDS = 9;

    private final Elements elements;
    private final int columns;
    private final int pitch;
    private final List<MicroKernel.Code> candidates;
    private final AtomicBoolean hasBegun = new AtomicBoolean();

    /**
     * Prepares a trial.
     *
     * @param elements the type
     * @param columns of a tile
     * @param pitch of a left panel
     * @param candidates codes with vectors, the one first that is expected to be the fastest
     */
    KernelTrial(Elements elements, int columns, int pitch, List<MicroKernel.Code> candidates) {
        this.elements = elements;
        this.columns = columns;
        this.pitch = pitch;
        this.candidates = List.copyOf(candidates);
    }

    /** {@return why the property's value is none, in one sentence; empty if it is one} */
    static String complaint() {
        String wanted = value();
        return wanted.equals(ON) || wanted.equals(OFF) ? "" : PROPERTY + " is '" + wanted + "'; set on or off";
    }

    private static String value() {
        return System.getProperty(PROPERTY, ON).toLowerCase(Locale.ROOT);
    }

    /** Begins the trial, unless it has begun, and leaves nothing on the heap then. */
    void begin(MicroKernel kernel) {
        if (hasBegun.get() || !hasBegun.compareAndSet(false, true)) {
            return;
        }
        if (value().equals(OFF)) {
            kernel.use(candidates.getFirst());
        } else {
            Thread.ofPlatform().daemon().name("isospin-simd-warmup").start(() -> run(kernel::use));
        }
    }

    /** Tries until all codes are compiled, which can take a while where C2 has much to do, or never will be. */
    private void run(Consumer<MicroKernel.Code> use) {
        long pause = FIRST_PAUSE;
        boolean isComplete = choose(use);
        for (int i = 0; i < MORE_ROUNDS && !isComplete; i++) {
            LockSupport.parkNanos(pause);
            pause *= 2;
            isComplete = choose(use);
        }
    }

    /**
     * Gives the first code that is compiled, from when it is, and the fastest of all in the end. They are compared in turns, since what
     * else a machine does lasts longer than a turn.
     *
     * @return whether all are compiled
     */
    boolean choose(Consumer<MicroKernel.Code> use) {
        long limit = Math.round(time(MicroKernel.scalar(columns, pitch), SCALAR) * VECTORS);
        List<MicroKernel.Code> compiled = new ArrayList<>();
        for (MicroKernel.Code candidate : candidates) {
            if (time(candidate, COMPILED) < limit) {
                if (compiled.isEmpty()) {
                    use.accept(candidate);
                }
                compiled.add(candidate);
            }
        }
        if (compiled.size() > 1) {
            int fastest = fastest(compiled);
            if (fastest > 0) {
                use.accept(compiled.get(fastest));
            }
        }
        return compiled.size() == candidates.size();
    }

    /** {@return which is the fastest} */
    private int fastest(List<MicroKernel.Code> codes) {
        long[] shortest = new long[codes.size()];
        Arrays.fill(shortest, Long.MAX_VALUE);
        for (int turn = 0; turn < TURNS; turn++) {
            for (int i = 0; i < shortest.length; i++) {
                shortest[i] = Math.min(shortest[i], time(codes.get(i), TURN));
            }
        }
        int best = 0;
        for (int i = 1; i < shortest.length; i++) {
            best = shortest[i] < (best == 0 ? CLEAR : 1) * shortest[best] ? i : best;
        }
        return best;
    }

    /** {@return nanoseconds of a run} */
    private long time(MicroKernel.Code code, ShortestRun runs) {
        Object a = elements.allocate(MicroKernel.ROWS * pitch);
        Object b = elements.allocate(DEPTH * columns);
        Object c = elements.allocate(MicroKernel.ROWS * columns);
        return runs.of(() -> {
            for (int i = 0; i < TILES; i++) {
                code.main().run(DEPTH, a, 0, b, 0, c, 0, columns, c, 0, columns);
                code.tail().run(DEPTH, a, 0, b, 0, c, 0, columns, c, 0, columns);
            }
        });
    }
}
