package org.isospin.backend;

import org.jspecify.annotations.Nullable;

/**
 * One implicit QR sweep over the block low … high of an upper bidiagonal matrix, from the top down or from the bottom up,
 * with a shift or with a zero shift, which loses no relative accuracy (Demmel and Kahan 1990). Cosines are never negative,
 * as the log's rotations want them.
 */
final class BidiagonalSweeps {
    private BidiagonalSweeps() {}

    static void zeroShiftDown(int low, int high, double[] d, double[] e, @Nullable KeptRotations log) {
        double c = 1;
        double oldC = 1;
        double oldS = 0;
        for (int i = low; i < high; i++) {
            double f = d[i] * c;
            double r = length(f, e[i]);
            double s = r == 0 ? 0 : e[i] / r;
            c = r == 0 ? 1 : f / r;
            if (i > low) {
                e[i - 1] = oldS * r;
            }
            double f2 = oldC * r;
            double g2 = d[i + 1] * s;
            double r2 = length(f2, g2);
            oldC = r2 == 0 ? 1 : f2 / r2;
            oldS = r2 == 0 ? 0 : g2 / r2;
            d[i] = r2;
            if (log != null) {
                log.add(i, oldC, oldS, c, s);
            }
        }
        double h = d[high] * c;
        d[high] = h * oldC;
        e[high - 1] = h * oldS;
    }

    static void zeroShiftUp(int low, int high, double[] d, double[] e, @Nullable KeptRotations log) {
        double c = 1;
        double oldC = 1;
        double oldS = 0;
        for (int i = high; i > low; i--) {
            double f = d[i] * c;
            double r = length(f, e[i - 1]);
            double s = r == 0 ? 0 : e[i - 1] / r;
            c = r == 0 ? 1 : f / r;
            if (i < high) {
                e[i] = oldS * r;
            }
            double f2 = oldC * r;
            double g2 = d[i - 1] * s;
            double r2 = length(f2, g2);
            oldC = r2 == 0 ? 1 : f2 / r2;
            oldS = r2 == 0 ? 0 : g2 / r2;
            d[i] = r2;
            if (log != null) {
                log.add(i - 1, c, -s, oldC, -oldS);
            }
        }
        double h = d[low] * c;
        d[low] = h * oldC;
        e[low] = h * oldS;
    }

    static void shiftDown(int low, int high, double[] d, double[] e, double shift, @Nullable KeptRotations log) {
        double f = (Math.abs(d[low]) - shift) * (Math.copySign(1, d[low]) + shift / d[low]);
        double g = e[low];
        for (int i = low; i < high; i++) {
            double r = length(f, g);
            double c = r == 0 ? 1 : f / r;
            double s = r == 0 ? 0 : g / r;
            if (i > low) {
                e[i - 1] = r;
            }
            f = c * d[i] + s * e[i];
            e[i] = c * e[i] - s * d[i];
            g = s * d[i + 1];
            d[i + 1] = c * d[i + 1];
            double r2 = length(f, g);
            double c2 = r2 == 0 ? 1 : f / r2;
            double s2 = r2 == 0 ? 0 : g / r2;
            d[i] = r2;
            f = c2 * e[i] + s2 * d[i + 1];
            d[i + 1] = c2 * d[i + 1] - s2 * e[i];
            if (i < high - 1) {
                g = s2 * e[i + 1];
                e[i + 1] = c2 * e[i + 1];
            }
            if (log != null) {
                log.add(i, c2, s2, c, s);
            }
        }
        e[high - 1] = f;
    }

    static void shiftUp(int low, int high, double[] d, double[] e, double shift, @Nullable KeptRotations log) {
        double f = (Math.abs(d[high]) - shift) * (Math.copySign(1, d[high]) + shift / d[high]);
        double g = e[high - 1];
        for (int i = high; i > low; i--) {
            double r = length(f, g);
            double c = r == 0 ? 1 : f / r;
            double s = r == 0 ? 0 : g / r;
            if (i < high) {
                e[i] = r;
            }
            f = c * d[i] + s * e[i - 1];
            e[i - 1] = c * e[i - 1] - s * d[i];
            g = s * d[i - 1];
            d[i - 1] = c * d[i - 1];
            double r2 = length(f, g);
            double c2 = r2 == 0 ? 1 : f / r2;
            double s2 = r2 == 0 ? 0 : g / r2;
            d[i] = r2;
            f = c2 * e[i - 1] + s2 * d[i - 1];
            d[i - 1] = c2 * d[i - 1] - s2 * e[i - 1];
            if (i > low + 1) {
                g = s2 * e[i - 2];
                e[i - 2] = c2 * e[i - 2];
            }
            if (log != null) {
                log.add(i - 1, c, -s, c2, -s2);
            }
        }
        e[low] = f;
    }

    /** √(f² + g²) without harm from underflow, with the sign of f. */
    private static double length(double f, double g) {
        double square = f * f + g * g;
        return Math.copySign(square > 0x1p-960 ? Math.sqrt(square) : Math.hypot(f, g), f);
    }
}
