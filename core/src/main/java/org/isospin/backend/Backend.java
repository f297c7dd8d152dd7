package org.isospin.backend;

import java.util.Optional;
import java.util.SequencedMap;
import org.isospin.DType;
import org.isospin.Precision;

/** A way to compute; safe for concurrent callers, each with a stream of its own. */
public interface Backend extends AutoCloseable {
    /** {@return the name users select it by: lower case, one word} */
    String name();

    /** {@return what a user wants to know of it, in words: vector width, tile, device, and so on, in print order} */
    SequencedMap<String, String> describe();

    /**
     * Opens a stream.
     *
     * @param threads how many threads, the caller's included, may work on one call
     * @param precision how F32 products are multiplied and summed
     * @return a new stream, which the caller closes
     */
    ComputeStream open(int threads, Precision precision);

    /**
     * {@return the fused multiply-adds that one thread can do, measured, in flops (two each) a second; NaN if this backend
     * cannot tell}
     *
     * @param dtype F32 or F64
     */
    default double peakFlops(DType dtype) {
        return Double.NaN;
    }

    /** {@return the bytes of memory that it computes in, whoever uses them; {@link Long#MAX_VALUE} if it cannot tell} */
    default long memoryBytes() {
        return Long.MAX_VALUE;
    }

    /** {@return a clock of the device that this backend computes on; empty where it computes on the host} */
    default Optional<DeviceClock> clock() {
        return Optional.empty();
    }

    /** Stops workers and frees memory; every stream was closed before. Idempotent. */
    @Override
    void close();
}
