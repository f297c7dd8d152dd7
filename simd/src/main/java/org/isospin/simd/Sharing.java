package org.isospin.simd;

import org.isospin.Matrix;
import org.isospin.backend.WorkerPool;

/**
 * Decides which calls of a stream are worth several threads, and which may have them: memory that only the caller's thread
 * may touch, as that of a confined arena, is worked on there. What an item computes does not depend on who does it.
 */
final class Sharing {
    /** Elements from which on the work of a call outweighs waking a thread, which takes several microseconds. */
    private static final long LARGE = 1 << 18;

    /** Never started: stands for the workers when memory is asked who may touch it. */
    private static final Thread STRANGER =
            Thread.ofPlatform().inheritInheritableThreadLocals(false).unstarted(() -> {});

    private final WorkerPool pool;
    private final int threads;
    private final long large;

    /**
     * Makes the rule of a stream.
     *
     * @param pool helpers for large calls
     * @param threads how many threads, the caller's included, may work on one call
     */
    Sharing(WorkerPool pool, int threads) {
        this(pool, threads, LARGE);
    }

    /**
     * Makes a rule that shares smaller calls too.
     *
     * @param large elements from which on a call is shared
     */
    Sharing(WorkerPool pool, int threads, long large) {
        this.pool = pool;
        this.threads = Math.clamp(threads, 1, pool.maxThreads());
        this.large = large;
    }

    /** {@return the helpers} */
    WorkerPool pool() {
        return pool;
    }

    /** {@return how many workers there may be, the caller included; their numbers are below that} */
    int threads() {
        return threads;
    }

    /** {@return whether workers may touch a matrix} */
    static boolean isOpen(Matrix m) {
        return m.arrayOrNull() != null || m.segment().isAccessibleBy(STRANGER);
    }

    /**
     * Runs a task's items, on several threads if the call is large enough and its matrices are open to them.
     *
     * @param work how much there is to do, in elements of a sum of two matrices
     */
    void run(long work, int items, WorkerPool.Task task, Matrix a, Matrix b, Matrix c) {
        boolean isShared = threads > 1 && work >= large && isOpen(a) && isOpen(b) && isOpen(c);
        pool.run(isShared ? threads : 1, items, task);
    }
}
