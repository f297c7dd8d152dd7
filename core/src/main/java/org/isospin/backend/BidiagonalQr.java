package org.isospin.backend;

import org.isospin.ProgressListener;
import org.jspecify.annotations.Nullable;

/**
 * Singular values of an upper bidiagonal matrix by implicit QR with zero shifts where a shift would cost accuracy (Demmel
 * and Kahan 1990): each value is exact to a modest multiple of n·u of itself, however small it is.
 */
final class BidiagonalQr {
    /** Superdiagonal elements below this fraction of a lower bound of the block's singular values are dropped. */
    private static final double TOLERANCE = 0x1p-49;

    /** A shift below this fraction of the block's norm, squared, is lost in rounding. */
    private static final double SHIFT_LOST = 0x1p-53;

    /** Steps per singular value; two or three are usual. */
    private static final int MAX_STEPS = 60;

    private final int n;
    private final double[] d;
    private final double[] e;
    private final @Nullable KeptRotations log;
    private final ProgressListener progress;
    private final double threshold;
    private int low;
    private int high;

    private BidiagonalQr(int n, double[] d, double[] e, @Nullable KeptRotations log, ProgressListener progress) {
        this.n = n;
        this.d = d;
        this.e = e;
        this.log = log;
        this.progress = progress;
        this.threshold = threshold(n, d, e);
    }

    /**
     * Computes the singular values, descending.
     *
     * @param n size
     * @param d n diagonal elements, at most a modest multiple of 1; becomes the singular values
     * @param e n − 1 superdiagonal elements or more, destroyed
     * @param progress hears of each singular value found
     * @return whether the iteration converged
     */
    static boolean singularValues(int n, double[] d, double[] e, ProgressListener progress) {
        if (!new BidiagonalQr(n, d, e, null, progress).iterate()) {
            return false;
        }
        sortMagnitudes(n, d);
        return true;
    }

    /**
     * Diagonalises, and rotates the columns of two matrices along.
     *
     * @param n size
     * @param d n diagonal elements, at most a modest multiple of 1; becomes the singular values with signs, in no order
     * @param e n − 1 superdiagonal elements or more, destroyed
     * @param log where the rotations of U and V go
     * @param progress hears of each singular value found
     * @return whether the iteration converged
     */
    static boolean diagonalise(int n, double[] d, double[] e, KeptRotations log, ProgressListener progress) {
        return new BidiagonalQr(n, d, e, log, progress).iterate();
    }

    /** By insertion: the iteration leaves them nearly sorted. */
    private static void sortMagnitudes(int n, double[] d) {
        for (int i = 0; i < n; i++) {
            double value = Math.abs(d[i]);
            int j = i;
            for (; j > 0 && d[j - 1] < value; j--) {
                d[j] = d[j - 1];
            }
            d[j] = value;
        }
    }

    /** What is zero in any place: a fraction of a lower bound of the smallest singular value, or the underflow level. */
    private static double threshold(int n, double[] d, double[] e) {
        double mu = n == 0 ? 0 : Math.abs(d[0]);
        double smallest = mu;
        for (int i = 1; i < n && smallest > 0; i++) {
            mu = Math.abs(d[i]) * (mu / (mu + Math.abs(e[i - 1])));
            smallest = Math.min(smallest, mu);
        }
        double underflow = (double) MAX_STEPS * n * n * Double.MIN_NORMAL;
        return Math.max(TOLERANCE * smallest / Math.sqrt(Math.max(n, 1)), underflow);
    }

    private boolean iterate() {
        high = n - 1;
        int oldLow = -1;
        int oldHigh = -1;
        boolean isDownward = true;
        for (long step = 0; step < (long) MAX_STEPS * n; step++) {
            if (!findBlock()) {
                return true;
            }
            if (low > oldHigh || high < oldLow) {
                progress.at(BidiagonalSvd.NAME, 2 * n - 1 - high, 2 * n);
                // A new block: chase from its large end to its small one.
                isDownward = Math.abs(d[low]) >= Math.abs(d[high]);
            }
            oldLow = low;
            oldHigh = high;
            double smallest = isDownward ? deflateDownward() : deflateUpward();
            if (smallest < 0) {
                continue;
            }
            double shift = shift(smallest, isDownward);
            if (shift == 0) {
                if (isDownward) {
                    BidiagonalSweeps.zeroShiftDown(low, high, d, e, log);
                } else {
                    BidiagonalSweeps.zeroShiftUp(low, high, d, e, log);
                }
            } else if (isDownward) {
                BidiagonalSweeps.shiftDown(low, high, d, e, shift, log);
            } else {
                BidiagonalSweeps.shiftUp(low, high, d, e, shift, log);
            }
        }
        return !findBlock();
    }

    /** Sets low and high to the last block without a zero superdiagonal element; false if there is none. */
    private boolean findBlock() {
        while (high > 0) {
            if (Math.abs(d[high]) <= threshold) {
                d[high] = 0;
            }
            low = high;
            while (low > 0) {
                if (Math.abs(e[low - 1]) <= threshold) {
                    e[low - 1] = 0;
                    break;
                }
                low--;
                if (Math.abs(d[low]) <= threshold) {
                    d[low] = 0;
                }
            }
            if (low < high) {
                return true;
            }
            high--;
        }
        return false;
    }

    /** Relative test from the top; −1 if an element was dropped, else a lower bound of the block's values. */
    private double deflateDownward() {
        if (Math.abs(e[high - 1]) <= TOLERANCE * Math.abs(d[high])) {
            e[high - 1] = 0;
            return -1;
        }
        double mu = Math.abs(d[low]);
        double smallest = mu;
        for (int i = low; i < high; i++) {
            if (Math.abs(e[i]) <= TOLERANCE * mu) {
                e[i] = 0;
                return -1;
            }
            mu = Math.abs(d[i + 1]) * (mu / (mu + Math.abs(e[i])));
            smallest = Math.min(smallest, mu);
        }
        return smallest;
    }

    /** The same from the bottom. */
    private double deflateUpward() {
        if (Math.abs(e[low]) <= TOLERANCE * Math.abs(d[low])) {
            e[low] = 0;
            return -1;
        }
        double mu = Math.abs(d[high]);
        double smallest = mu;
        for (int i = high - 1; i >= low; i--) {
            if (Math.abs(e[i]) <= TOLERANCE * mu) {
                e[i] = 0;
                return -1;
            }
            mu = Math.abs(d[i]) * (mu / (mu + Math.abs(e[i])));
            smallest = Math.min(smallest, mu);
        }
        return smallest;
    }

    /** The smaller singular value of the 2 × 2 block where the chase ends, or 0 where that would cost accuracy. */
    private double shift(double smallest, boolean isDownward) {
        double largest = Math.abs(d[high]);
        for (int i = low; i < high; i++) {
            largest = Math.max(largest, Math.max(Math.abs(d[i]), Math.abs(e[i])));
        }
        if (n * TOLERANCE * (smallest / largest) <= 0x1p-53) {
            return 0;
        }
        double start = Math.abs(isDownward ? d[low] : d[high]);
        double shift =
                isDownward ? smallerOfTwo(d[high - 1], e[high - 1], d[high]) : smallerOfTwo(d[low], e[low], d[low + 1]);
        double ratio = shift / start;
        return ratio * ratio < SHIFT_LOST ? 0 : shift;
    }

    /** The larger singular value of [f g; 0 h], to a few roundings: ½(√((|f|+|h|)² + g²) + √((|f|−|h|)² + g²)). */
    private static double largerOfTwo(double f, double g, double h) {
        double sum = Math.hypot(Math.abs(f) + Math.abs(h), g);
        double difference = Math.hypot(Math.abs(f) - Math.abs(h), g);
        return 0.5 * (sum + difference);
    }

    /** The smaller one: |f·h| over the larger. */
    private static double smallerOfTwo(double f, double g, double h) {
        double larger = largerOfTwo(f, g, h);
        double big = Math.max(Math.abs(f), Math.abs(h));
        double small = Math.min(Math.abs(f), Math.abs(h));
        return larger == 0 ? 0 : small * (big / larger);
    }
}
