package org.isospin.placement;

import org.isospin.DType;
import org.isospin.Precision;
import org.isospin.placement.Profile.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Predicts calls by measured times where there are any for both places, else by assumed ones: a measured time is never compared
 * with an assumed one.
 *
 * @param measured times of this machine; null if there are none
 * @param assumed times of any machine
 * @param origin where the measured times come from, or why there are none
 */
public record CostModel(@Nullable Profile measured, Profile assumed, String origin) {
    /**
     * {@return the model of this machine, whose device is yet to be compared}
     *
     * @param here this machine
     */
    public static CostModel of(Hardware here) {
        ProfileSource source = ProfileSource.find(here);
        return new CostModel(source.profile(), BuiltInProfile.of(here.processors()), source.origin());
    }

    /**
     * {@return this model, without measured times if they are of another device}
     *
     * @param here the device, and its driver
     */
    public CostModel checkedFor(Hardware here) {
        String difference = measured == null ? "" : measured.hardware().deviceDifference(here);
        return difference.isEmpty() ? this : new CostModel(null, assumed, origin + " is ignored: " + difference);
    }

    /**
     * {@return what a call takes}
     *
     * @param operation the operation
     * @param dtype the type of the elements that are moved
     * @param precision how F32 products are summed; sums in F64 take the time of F64
     * @param rows m
     * @param columns n
     */
    public Forecast forecast(Operation operation, DType dtype, Precision precision, int rows, int columns) {
        Entry entry = new Entry(operation, precision == Precision.F64_SUMS ? DType.F64 : dtype.computeType());
        return profile(entry).forecast(entry, dtype, rows, columns);
    }

    private Profile profile(Entry entry) {
        return measured != null && measured.knows(entry) ? measured : assumed;
    }

    /**
     * {@return whether a call could be faster on a device, by measured or by assumed times: where it is not, nobody needs to look
     * whether the measured ones are of the device that is here}
     *
     * @param operation the operation
     * @param dtype the type of the elements that are moved
     * @param precision how F32 products are summed
     * @param rows m
     * @param columns n
     */
    public boolean mayBeFasterOnDevice(Operation operation, DType dtype, Precision precision, int rows, int columns) {
        return forecast(operation, dtype, precision, rows, columns).isFasterOnDevice()
                || new CostModel(null, assumed, origin)
                        .forecast(operation, dtype, precision, rows, columns)
                        .isFasterOnDevice();
    }

    /** {@return whose times these are, in words} */
    @Override
    public String toString() {
        return measured == null ? "assumed times, because " + origin : "measured times of " + origin;
    }
}
