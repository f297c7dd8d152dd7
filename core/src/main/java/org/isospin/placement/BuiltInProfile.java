package org.isospin.placement;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.isospin.DType;
import org.isospin.placement.Profile.Entry;

/**
 * Times for machines that nobody measured: assumed, and in favour of the processor, so that a call only leaves it where almost
 * any device wins. Each processor is taken to do as well as the best that was measured can (a Zen 4 core with AVX-512: 116
 * GFLOP/s of fused multiply-adds in F32, half of that in F64), the device to be a small one, of 2 TFLOP/s in F32 and 60 GFLOP/s in
 * F64, behind half of a PCIe 3 link, with a millisecond of launches to every call. Singular values, whose speed on devices
 * differs most, are assumed to be no faster there.
 */
public final class BuiltInProfile {
    private static final double PROCESSOR_F32 = 116e9;
    private static final double DEVICE_F32 = 2e12;
    private static final double DEVICE_F64 = 60e9;

    /** The part of its rate that a device reaches at order n is n/(n + this). */
    private static final double HALF_RATE_ORDER = 1024;

    private static final double LAUNCHES = 1e-3;

    /** Factorizations on a device wait for their panels: the part of its rate of products. */
    private static final double DEVICE_PANELS = 0.2;

    /** The part of its rate of products that a processor can reach in factorizations, and in singular values. */
    private static final double PROCESSOR_PANELS = 0.7;

    private static final double PROCESSOR_SWEEPS = 0.2;

    private static final Link LINK = new Link(6_000_000_000L, 6_000_000_000L, 50_000);
    private static final int LEAST_ORDER = 32;
    private static final int GREATEST_ORDER = 8192;

    private BuiltInProfile() {}

    /**
     * {@return the assumed times}
     *
     * @param processors how many processors the JVM may use
     */
    public static Profile of(int processors) {
        Map<Entry, TimeTable> host = new LinkedHashMap<>();
        Map<Entry, TimeTable> device = new LinkedHashMap<>();
        for (Operation operation : Operation.values()) {
            for (DType dtype : List.of(DType.F32, DType.F64)) {
                Entry entry = new Entry(operation, dtype);
                double processor = processors * (dtype == DType.F32 ? PROCESSOR_F32 : PROCESSOR_F32 / 2);
                host.put(entry, table(n -> flops(operation, n) / (processor * efficiency(operation))));
                if (!isSweeping(operation)) {
                    double rate = dtype == DType.F32 ? DEVICE_F32 : DEVICE_F64;
                    double part = isOfProducts(operation) ? 1 : DEVICE_PANELS;
                    device.put(
                            entry,
                            table(n -> LAUNCHES + flops(operation, n) * (n + HALF_RATE_ORDER) / (n * rate * part)));
                }
            }
        }
        return new Profile(new Hardware("any", processors, "any", "any", "any"), LINK, host, device);
    }

    private static TimeTable table(IntToDoubleFunction seconds) {
        List<TimeTable.Point> points = new ArrayList<>();
        for (int n = LEAST_ORDER; n <= GREATEST_ORDER; n *= 2) {
            points.add(new TimeTable.Point(n, Math.max(1, Math.round(1e9 * seconds.applyAsDouble(n)))));
        }
        return new TimeTable(points);
    }

    /** The flops of the cheapest algorithm known, half products where results are symmetric or skew. */
    private static double flops(Operation operation, int n) {
        double cubic = switch (operation) {
            case EXP -> 6;
            case CAYLEY, INVERSE_CAYLEY, INVERSE -> 2;
            case CAYLEY_NEUMANN -> 3;
            case HAAR, QR, SINGULAR_VALUES -> 8 / 3.0;
            case MSIGN -> 20;
            case POLAR -> 10;
            case PROCRUSTES -> 12;
            case SVD -> 20 / 3.0;
        };
        return cubic * n * n * n;
    }

    private static boolean isOfProducts(Operation operation) {
        return operation == Operation.EXP || operation == Operation.CAYLEY_NEUMANN || operation == Operation.MSIGN;
    }

    private static boolean isSweeping(Operation operation) {
        return operation == Operation.SINGULAR_VALUES || operation == Operation.SVD;
    }

    private static double efficiency(Operation operation) {
        return isOfProducts(operation) ? 1 : isSweeping(operation) ? PROCESSOR_SWEEPS : PROCESSOR_PANELS;
    }
}
