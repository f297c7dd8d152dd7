package org.isospin.optim;

import java.util.Map;

/**
 * How often the singular values of a weight are looked at, in steps; 0 for never.
 *
 * @param monitorEvery between measurements
 * @param resetEvery between repairs
 */
record SpectrumOptions(int monitorEvery, int resetEvery) {
    static final SpectrumOptions NONE = new SpectrumOptions(0, 0);

    /** {@return a rule, with the monitor after it if there is one} */
    UpdateRule around(UpdateRule rule) {
        return equals(NONE) ? rule : new MonitoredRule(rule, this);
    }

    boolean isMeasuring(long t) {
        return isDue(t, monitorEvery) || isResetting(t);
    }

    boolean isResetting(long t) {
        return isDue(t, resetEvery);
    }

    private static boolean isDue(long t, int every) {
        return every > 0 && t % every == 0;
    }

    /** Adds the options by name. */
    void describe(Map<String, String> options) {
        if (!equals(NONE)) {
            options.put("monitorSpectrum", Integer.toString(monitorEvery));
            options.put("resetSpectrum", Integer.toString(resetEvery));
        }
    }
}
