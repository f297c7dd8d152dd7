package org.isospin.bench.cli;

import java.util.Locale;
import org.isospin.DType;
import org.isospin.Precision;

/** Numbers as people read them. */
public final class Figures {
    private Figures() {}

    /**
     * {@return three significant digits without an exponent where that stays short, a dash for NaN}
     *
     * @param x any number
     */
    public static String significant(double x) {
        if (Double.isNaN(x)) {
            return "-";
        }
        double magnitude = Math.abs(x);
        if (magnitude == 0) {
            return "0";
        }
        if (magnitude >= 1e6 || magnitude < 1e-4) {
            return String.format(Locale.ROOT, "%.2g", x);
        }
        int decimals = Math.max(0, 2 - (int) Math.floor(Math.log10(magnitude)));
        return String.format(Locale.ROOT, "%." + decimals + "f", x);
    }

    /**
     * {@return a part as a percentage}
     *
     * @param part of 1
     */
    public static String percent(double part) {
        if (Double.isNaN(part)) {
            return "-";
        }
        return String.format(Locale.ROOT, part < 0.0095 ? "%.1f %%" : "%.0f %%", 100 * part);
    }

    /**
     * {@return a ratio with two decimals, three digits where it is large, one where it is tiny}
     *
     * @param x the ratio
     */
    public static String ratio(double x) {
        if (Double.isNaN(x)) {
            return "-";
        }
        return String.format(Locale.ROOT, x < 0.0095 ? "%.1g" : x < 10 ? "%.2f" : x < 100 ? "%.1f" : "%.0f", x);
    }

    /**
     * {@return an error in u: one decimal, or a rounded number where that is finer than it is known}
     *
     * @param x the error over u
     */
    public static String roundoffs(double x) {
        if (Double.isNaN(x)) {
            return "NaN";
        }
        return String.format(Locale.ROOT, x < 100 ? "%.1f" : x < 1e6 ? "%.0f" : "%.1e", x);
    }

    /**
     * {@return a duration with its unit}
     *
     * @param seconds the duration
     */
    public static String duration(double seconds) {
        if (seconds < 1e-3) {
            return significant(1e6 * seconds) + " µs";
        }
        return seconds < 1 ? significant(1e3 * seconds) + " ms" : significant(seconds) + " s";
    }

    /**
     * {@return the type as options have it}
     *
     * @param dtype the type
     */
    public static String name(DType dtype) {
        return dtype.name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the precision as options have it}
     *
     * @param precision the precision
     */
    public static String name(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
