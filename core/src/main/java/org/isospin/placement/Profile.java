package org.isospin.placement;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.isospin.DType;
import org.jspecify.annotations.Nullable;

/**
 * Times of every operation on the processor and on a device, as {@code isospin calibrate} measures them: in F32 and F64, with as
 * many threads as the backend has. A context with fewer threads is placed by the same times, so that threads change no bit.
 *
 * @param hardware what the times hold for
 * @param link the way to the device; null where there is none
 * @param host times on the processor
 * @param device times on the device, without transfers; none where there is no device
 */
public record Profile(
        Hardware hardware, @Nullable Link link, Map<Entry, TimeTable> host, Map<Entry, TimeTable> device) {
    /**
     * What a table is of.
     *
     * @param operation the operation
     * @param dtype F32 or F64, in which it computes
     */
    public record Entry(Operation operation, DType dtype) {
        /** Refuses types that nothing is computed in. */
        public Entry {
            if (dtype != dtype.computeType()) {
                throw new IllegalArgumentException("times must be of F32 or F64, not " + dtype);
            }
        }
    }

    /** Keeps copies. */
    public Profile {
        host = Collections.unmodifiableMap(new LinkedHashMap<>(host));
        device = Collections.unmodifiableMap(new LinkedHashMap<>(device));
    }

    /**
     * {@return whether there are times for both places, so that they can be compared}
     *
     * @param entry the operation and the type that it computes in
     */
    public boolean knows(Entry entry) {
        return link != null && host.containsKey(entry) && device.containsKey(entry);
    }

    /**
     * {@return what a call takes; NaN for places without times}
     *
     * @param entry the operation and the type that it computes in
     * @param storage the type of the elements that are moved
     * @param rows m
     * @param columns n
     */
    public Forecast forecast(Entry entry, DType storage, int rows, int columns) {
        Operation operation = entry.operation;
        double order = operation.order(rows, columns);
        TimeTable onHost = host.get(entry);
        TimeTable onDevice = device.get(entry);
        double bytes = storage.bytes();
        return new Forecast(
                onHost == null ? Double.NaN : onHost.onProcessor(order),
                onDevice == null || link == null ? Double.NaN : onDevice.onDevice(order),
                link == null
                        ? Double.NaN
                        : link.seconds(
                                bytes * operation.uploaded(rows, columns),
                                bytes * operation.downloaded(rows, columns)));
    }
}
