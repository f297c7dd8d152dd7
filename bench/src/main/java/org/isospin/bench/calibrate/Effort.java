package org.isospin.bench.calibrate;

import java.util.List;

/** How much is measured. */
enum Effort {
    /** A look. */
    QUICK(List.of(64, 128, 256, 512), 0.05, 60_000_000, 16 << 20),
    /** Up to orders where devices are at their best. */
    FULL(List.of(64, 128, 256, 512, 1024, 2048, 4096), 3, 500_000_000, 128 << 20);

    private final List<Integer> orders;
    private final double longestCall;
    private final long nanoseconds;
    private final int transferBytes;

    Effort(List<Integer> orders, double longestCall, long nanoseconds, int transferBytes) {
        this.orders = orders;
        this.longestCall = longestCall;
        this.nanoseconds = nanoseconds;
        this.transferBytes = transferBytes;
    }

    /** {@return the orders n, ascending} */
    List<Integer> orders() {
        return orders;
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
