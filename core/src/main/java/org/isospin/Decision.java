package org.isospin;

import java.util.Locale;
import org.isospin.backend.Place;
import org.isospin.placement.Forecast;
import org.isospin.placement.Operation;
import org.isospin.placement.Plan;

/**
 * Where a call is computed, and why.
 *
 * @param operation the operation
 * @param rows m
 * @param columns n
 * @param dtype the elements' type
 * @param engine what computes
 * @param place where that is
 * @param cause why there
 * @param forecast what was predicted
 */
record Decision(
        Operation operation,
        int rows,
        int columns,
        DType dtype,
        Engine engine,
        Place place,
        Cause cause,
        Forecast forecast) {
    /** Why a call is where it is. */
    enum Cause {
        ONLY_PLACE,
        OPERANDS_THERE,
        FASTER,
        NO_TIMES,
        UNUSABLE,
        TOO_LARGE
    }

    /**
     * {@return the decision as users see it}
     *
     * @param reason why, in words
     */
    Plan plan(String reason) {
        return new Plan(
                operation,
                rows,
                columns,
                dtype,
                engine.backend().name(),
                forecast.host(),
                forecast.device(),
                forecast.transfers(),
                reason);
    }

    /** {@return a duration with its unit} */
    static String duration(double seconds) {
        return seconds >= 1
                ? String.format(Locale.ROOT, "%.3g s", seconds)
                : seconds >= 1e-3
                        ? String.format(Locale.ROOT, "%.3g ms", 1e3 * seconds)
                        : String.format(Locale.ROOT, "%.3g µs", 1e6 * seconds);
    }
}
