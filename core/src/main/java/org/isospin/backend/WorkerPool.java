package org.isospin.backend;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that help a caller with the items of one task at a time. They are daemons, start at the first parallel run,
 * spin for about a millisecond after a run in the hope of the next one, then park. A run leaves no garbage.
 *
 * <p>Items are claimed one by one by compare-and-set on a single word that holds workers, count and next item; everything
 * else of a run is read after a claim has succeeded. So a helper that wakes late either claims an item of the run that is
 * then current, as any other helper does, or finds nothing to do; and nobody waits for it.
 */
public final class WorkerPool implements AutoCloseable {
    /** The items of a run: called for each item exactly once, on several threads at a time. */
    @FunctionalInterface
    public interface Task {
        /**
         * Does one item.
         *
         * @param item its number
         * @param worker the number of the worker that does it: no two items with the same one run at the same time; 0 is
         *     the caller
         */
        void run(int item, int worker);
    }

    private static final int SPINS = 20_000;
    private static final int BITS = 24;
    private static final int MOST_ITEMS = (1 << BITS) - 1;
    private static final int MOST_THREADS = 0x7FFF;

    private final String name;
    private final Helper[] helpers;
    private final AtomicBoolean isBusy = new AtomicBoolean();

    /** Workers allowed in the current run, its items and the next item: 16, 24 and 24 bits. */
    private final AtomicLong run = new AtomicLong();

    /** Items of the current run that are done or will never be. */
    private final AtomicInteger done = new AtomicInteger();

    // What a claim entitles to read: written before the run is published, kept until the last item is done.
    private @Nullable Task task;
    private int firstItem;
    private int items;

    private @Nullable Throwable failure;
    private volatile @Nullable Thread waiting;
    private volatile boolean isClosed;

    /**
     * Makes a pool; no thread is started.
     *
     * @param name what the threads are called: isospin-NAME-1 and so on
     * @param maxThreads how many threads work on a run at most, the caller's included
     */
    public WorkerPool(String name, int maxThreads) {
        if (maxThreads < 1 || maxThreads > MOST_THREADS) {
            throw new IllegalArgumentException("a pool has 1 to " + MOST_THREADS + " threads, not " + maxThreads);
        }
        this.name = name;
        this.helpers = new Helper[maxThreads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
        }
    }

    /** {@return how many threads work on a run at most, the caller's included} */
    public int maxThreads() {
        return helpers.length + 1;
    }

    /**
     * Calls a task for each item, on the caller's thread and on helpers. Everything runs on the caller's thread, as worker
     * 0, if the pool is helping another caller, runs this one's caller itself, or was closed.
     *
     * @param threads how many threads may work, the caller's included
     * @param items how many items
     * @param task what to do with each
     * @throws RuntimeException what a task threw, first one first, others suppressed; no item is in progress any more, and
     *     those that had not begun are skipped
     */
    public void run(int threads, int items, Task task) {
        int workers = Math.min(Math.min(threads, maxThreads()), items);
        if (workers <= 1 || isClosed || !isBusy.compareAndSet(false, true)) {
            for (int i = 0; i < items; i++) {
                task.run(i, 0);
            }
            return;
        }
        try {
            startHelpers(workers - 1);
            int first = 0;
            while (first < items) {
                int count = Math.min(MOST_ITEMS, items - first);
                runTogether(workers, first, count, task);
                first += count;
            }
        } finally {
            isBusy.set(false);
        }
    }

    private void runTogether(int workers, int first, int count, Task task) {
        this.task = task;
        this.firstItem = first;
        this.items = count;
        done.set(0);
        run.set(((long) workers << (2 * BITS)) | ((long) count << BITS));
        for (int i = 0; i < workers - 1; i++) {
            helpers[i].wake();
        }
        boolean more = true;
        while (more) {
            more = help(0);
        }
        await(count);
        this.task = null;
        Throwable thrown = takeFailure();
        if (thrown instanceof RuntimeException e) {
            throw e;
        }
        if (thrown instanceof Error e) {
            throw e;
        }
        if (thrown != null) {
            throw new IllegalStateException(thrown);
        }
    }

    /** Waits for the items in progress; there are no others. */
    private void await(int count) {
        for (int spin = 0; spin < SPINS; spin++) {
            if (done.get() == count) {
                return;
            }
            Thread.onSpinWait();
        }
        waiting = Thread.currentThread();
        while (done.get() != count) {
            LockSupport.park(this);
        }
        waiting = null;
    }

    /** Does one item of the current run; returns whether there was one that this worker might do. */
    private boolean help(int worker) {
        long seen = run.get();
        if (!hasWork(seen, worker)) {
            return false;
        }
        if (!run.compareAndSet(seen, seen + 1)) {
            return true;
        }
        int finished = 1;
        try {
            if (task != null) {
                task.run(firstItem + (int) (seen & MOST_ITEMS), worker);
            }
        } catch (Throwable e) {
            fail(e);
            finished += claimRest();
        }
        int count = items;
        if (done.addAndGet(finished) == count) {
            Thread caller = waiting;
            if (caller != null) {
                LockSupport.unpark(caller);
            }
        }
        return true;
    }

    private static boolean hasWork(long run, int worker) {
        int workers = (int) (run >>> (2 * BITS));
        return worker < workers && (run & MOST_ITEMS) < ((run >>> BITS) & MOST_ITEMS);
    }

    /** Claims all items that have not begun, which are then skipped; returns how many. */
    private int claimRest() {
        while (true) {
            long seen = run.get();
            long rest = ((seen >>> BITS) & MOST_ITEMS) - (seen & MOST_ITEMS);
            if (run.compareAndSet(seen, seen + rest)) {
                return (int) rest;
            }
        }
    }

    private synchronized void fail(Throwable e) {
        Throwable first = failure;
        if (first == null) {
            failure = e;
        } else if (!first.equals(e)) {
            first.addSuppressed(e);
        }
    }

    private synchronized @Nullable Throwable takeFailure() {
        Throwable first = failure;
        failure = null;
        return first;
    }

    private synchronized void startHelpers(int count) {
        for (int i = 0; i < count && !isClosed; i++) {
            helpers[i].start();
        }
    }

    /** Stops the threads and waits for them; what runs then is finished by its caller. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        boolean wasInterrupted = false;
        for (Helper helper : helpers) {
            wasInterrupted |= helper.stop();
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One thread and what is known of its sleep. */
    private final class Helper implements Runnable {
        private final int worker;
        private @Nullable Thread thread;
        private volatile boolean isParked;

        Helper(int worker) {
            this.worker = worker;
        }

        void start() {
            if (thread == null) {
                Thread made = new Thread(this, "isospin-" + name + "-" + worker);
                made.setDaemon(true);
                thread = made;
                made.start();
            }
        }

        void wake() {
            if (isParked) {
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void run() {
            int spins = 0;
            while (!isClosed) {
                if (help(worker)) {
                    spins = 0;
                } else if (++spins < SPINS) {
                    Thread.onSpinWait();
                } else {
                    sleep();
                    spins = 0;
                }
            }
        }

        /** Parks unless there is work: a caller publishes its run before it looks for sleepers, so one sees the other. */
        private void sleep() {
            isParked = true;
            // The JVM interrupts a thread whose memory is closed under it; one that stays interrupted never sleeps.
            Thread.interrupted();
            if (!isClosed && !hasWork(run.get(), worker)) {
                LockSupport.park(this);
            }
            isParked = false;
        }

        /** Waits for the thread's end, whatever interrupts; returns whether something did. */
        boolean stop() {
            Thread stopping = thread;
            boolean wasInterrupted = false;
            while (stopping != null && stopping.isAlive()) {
                LockSupport.unpark(stopping);
                try {
                    stopping.join();
                } catch (InterruptedException e) {
                    wasInterrupted = true;
                }
            }
            return wasInterrupted;
        }
    }
}
