package org.isospin.backend;

import org.isospin.ProgressListener;

/**
 * An ordered queue of work with its own scratch, used by one caller at a time.
 *
 * <p>A context leases a stream for the length of one public call. Everything but {@link #read} and {@link #complete} only enqueues.
 */
public interface ComputeStream extends Factorizations, AutoCloseable {
    /**
     * Waits until everything enqueued has run and brings a scalar to the caller: the only call that waits.
     *
     * @param scalar a scalar of this stream
     * @return its value
     */
    double read(Scalar scalar);

    /**
     * Sets who hears how far calls have come.
     *
     * @param listener from now on
     */
    void listen(ProgressListener listener);

    /**
     * Waits until everything that was written to host memory is there; the end of a call that succeeded. Streams that compute
     * as they are called, and calls that wrote no host memory, wait for nothing.
     */
    default void complete() {}

    /** Gives back every scratch matrix, scalar and index vector, for the next caller. */
    void reset();

    /** Frees what the stream holds; idempotent. */
    @Override
    void close();
}
