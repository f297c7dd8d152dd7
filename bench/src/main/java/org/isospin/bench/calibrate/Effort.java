package org.isospin.bench.calibrate;

import java.util.stream.IntStream;

/** How much is measured. */
enum Effort {
    /** A look. */
    QUICK(512, 0.05, 60_000_000, 16 << 20),
    /** Up to orders where devices are at their best. */
    FULL(4096, 3, 500_000_000, 128 << 20);

    private static final int LEAST = 64;

    private final int greatest;
    private final double longestCall;
    private final long nanoseconds;
    private final int transferBytes;

    Effort(int greatest, double longestCall, long nanoseconds, int transferBytes) {
        this.greatest = greatest;
        this.longestCall = longestCall;
        this.nanoseconds = nanoseconds;
        this.transferBytes = transferBytes;
    }

    /** {@return the orders n, each twice the one before} */
    IntStream orders() {
        return IntStream.iterate(LEAST, n -> n <= greatest, n -> 2 * n);
    }

    /** {@return the seconds of a call on the processor that is still timed} */
    double longestCall() {
        return longestCall;
    }

    /** {@return the nanoseconds that each order's calls are timed for, in each place} */
    long nanoseconds() {
        return nanoseconds;
    }

    /** {@return the bytes of the transfer that rates are measured with} */
    int transferBytes() {
        return transferBytes;
    }
}
