package org.isospin.placement;

/**
 * What a call would take, in seconds; NaN where nothing is known.
 *
 * @param host on the processor
 * @param device on the device, operands and results there
 * @param transfers of operands to the device and results back
 */
public record Forecast(double host, double device, double transfers) {
    /** Nothing is known. */
    public static final Forecast UNKNOWN = new Forecast(Double.NaN, Double.NaN, Double.NaN);

    /** {@return the seconds on the device, transfers included} */
    public double deviceWithTransfers() {
        return device + transfers;
    }

    /** {@return whether operands in host memory are worth their way to the device; not where either time is unknown} */
    public boolean isFasterOnDevice() {
        return deviceWithTransfers() < host;
    }
}
