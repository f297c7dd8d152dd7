package org.isospin;

/**
 * Hears how far a long call has come, and may cancel it.
 *
 * <p>It runs on the caller's thread, between the steps of an algorithm (iterations, sweeps, matrices of a batch), so it
 * should be quick. To cancel the call, throw: {@link java.util.concurrent.CancellationException} says what it is. Whatever
 * it throws leaves the call as any failure does: outputs unspecified, inputs untouched, the context usable.
 */
@FunctionalInterface
public interface ProgressListener {
    /** Hears nothing. */
    ProgressListener NONE = (operation, done, total) -> {};

    /**
     * Reports steps done.
     *
     * @param operation what is computed, in the words of error messages: {@code polar}, {@code log}
     * @param done steps done, from 0
     * @param total how many steps there are at most; an iteration that converges ends before
     */
    void at(String operation, int done, int total);
}
