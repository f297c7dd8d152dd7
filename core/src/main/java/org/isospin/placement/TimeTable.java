package org.isospin.placement;

import java.util.List;

/**
 * How long calls of one operation take in one place, by the order n of square operands.
 *
 * @param points measured or assumed times, at least one, by strictly ascending order
 */
public record TimeTable(List<Point> points) {
    /**
     * A time.
     *
     * @param order n, at least 1
     * @param nanoseconds of a call, at least 1
     */
    public record Point(int order, long nanoseconds) {
        /** Refuses what no measurement gives. */
        public Point {
            if (order < 1 || nanoseconds < 1) {
                throw new IllegalArgumentException(
                        "a time must be of an order and of nanoseconds >= 1, not " + order + ", " + nanoseconds);
            }
        }

        private double seconds() {
            return nanoseconds / 1e9;
        }
    }

    /** Keeps a copy, and refuses an empty table or orders that do not ascend. */
    public TimeTable {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("a table of times must have a time");
        }
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).order <= points.get(i - 1).order) {
                throw new IllegalArgumentException(
                        "orders must ascend, not " + points.get(i - 1).order + ", " + points.get(i).order);
            }
        }
    }

    /**
     * {@return the seconds of a call on the processor: a power of n between two points, n³ beyond the first and the last, where
     * the rate no longer grows, or the call is so short that it stays}
     *
     * @param order n ≥ 0
     */
    public double onProcessor(double order) {
        Point first = points.getFirst();
        return order < first.order ? cubic(first, order) : from(order);
    }

    /**
     * {@return the seconds of a call on a device: as on the processor, but for no n less than the first point's, since launches
     * take their time}
     *
     * @param order n ≥ 0
     */
    public double onDevice(double order) {
        Point first = points.getFirst();
        return order < first.order ? first.seconds() : from(order);
    }

    private double from(double order) {
        Point last = points.getLast();
        if (order >= last.order) {
            return cubic(last, order);
        }
        int i = 1;
        while (points.get(i).order <= order) {
            i++;
        }
        Point below = points.get(i - 1);
        Point above = points.get(i);
        double weight = StrictMath.log(order / below.order) / StrictMath.log((double) above.order / below.order);
        return below.seconds()
                * StrictMath.exp(weight * StrictMath.log((double) above.nanoseconds / below.nanoseconds));
    }

    private static double cubic(Point point, double order) {
        double ratio = order / point.order;
        return point.seconds() * ratio * ratio * ratio;
    }
}
