package org.isospin.bench.timing;

import java.util.List;
import java.util.Locale;

/**
 * From which order on a device is faster than the host. Between two measured orders the logarithm of the ratio of times is taken as
 * linear in the logarithm of the order.
 *
 * @param kind whether there is one
 * @param n the order: where the times are equal, or the smallest or the largest that was measured; 0 if none was
 */
record Crossover(Kind kind, double n) {
    /** Whether there is one. */
    enum Kind {
        /** The host is faster up to here. */
        BETWEEN,
        /** The device is faster at every order that was measured. */
        EVERYWHERE,
        /** The host is faster at the largest order. */
        NOWHERE,
        /** No order was measured on both. */
        UNKNOWN
    }

    /**
     * Times of one call.
     *
     * @param n the order
     * @param host seconds on the host
     * @param device seconds with the device
     */
    record Point(int n, double host, double device) {
        private double logRatio() {
            return Math.log(host / device);
        }

        private boolean isMeasured() {
            return host > 0 && device > 0;
        }
    }

    /**
     * {@return the crossover}
     *
     * @param points in ascending order; those with a NaN do not count
     */
    static Crossover of(List<Point> points) {
        List<Point> measured = points.stream().filter(Point::isMeasured).toList();
        if (measured.isEmpty()) {
            return new Crossover(Kind.UNKNOWN, 0);
        }
        int last = measured.size() - 1;
        while (last >= 0 && measured.get(last).logRatio() > 0) {
            last--;
        }
        if (last < 0) {
            return new Crossover(Kind.EVERYWHERE, measured.getFirst().n);
        }
        Point below = measured.get(last);
        if (last == measured.size() - 1) {
            return new Crossover(Kind.NOWHERE, below.n);
        }
        Point above = measured.get(last + 1);
        double part = -below.logRatio() / (above.logRatio() - below.logRatio());
        return new Crossover(Kind.BETWEEN, below.n * Math.pow((double) above.n / below.n, part));
    }

    @Override
    public String toString() {
        String order = String.format(Locale.ROOT, "%.0f", Math.ceil(n));
        return switch (kind) {
            case BETWEEN -> "from n = " + order;
            case EVERYWHERE -> "from n = " + order + ", the smallest measured,";
            case NOWHERE -> "not up to n = " + order;
            case UNKNOWN -> "unknown";
        };
    }
}
