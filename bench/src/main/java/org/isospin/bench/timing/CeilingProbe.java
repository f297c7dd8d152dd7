package org.isospin.bench.timing;

import java.lang.foreign.Arena;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.DeviceClock;
import org.isospin.gpu.DeviceScope;

/**
 * Measures the ceilings of a device, through Isospin: products and copies of growing square matrices, until one takes long enough to
 * fill the device; the fastest counts.
 *
 * @param context on the device
 * @param clock the device's
 */
record CeilingProbe(Isospin context, DeviceClock clock) {
    private static final int SMALLEST = 256;
    private static final int LARGEST = 8192;
    private static final double LONG_ENOUGH = 0.01;
    private static final int REPEATS = 5;
    private static final long SEED = 1;

    Ceilings measure(List<DType> dtypes) {
        Map<DType, Double> gemm = new EnumMap<>(DType.class);
        for (DType dtype : dtypes) {
            gemm.put(dtype, best(n -> 2.0 * n * n * n, (scope, n) -> product(scope, dtype, n)));
        }
        return new Ceilings(
                gemm,
                best(n -> 2 * bytes(n), this::copy),
                best(CeilingProbe::bytes, (scope, n) -> transfer(scope, n, Direction.UPLOAD)),
                best(CeilingProbe::bytes, (scope, n) -> transfer(scope, n, Direction.DOWNLOAD)));
    }

    /** One call. */
    private interface Probe {
        /** {@return seconds at an order} */
        double seconds(DeviceScope scope, int n);
    }

    private enum Direction {
        UPLOAD,
        DOWNLOAD
    }

    private static double bytes(int n) {
        return (double) n * n * DType.F32.bytes();
    }

    /** {@return the greatest rate over the orders} */
    private static double best(IntToDoubleFunction work, Probe probe) {
        double best = 0;
        double last = 0;
        // One scope for all orders: the smaller matrices take little beside the largest.
        try (DeviceScope scope = DeviceScope.open()) {
            for (int n = SMALLEST; n <= LARGEST && last < LONG_ENOUGH; n *= 2) {
                last = probe.seconds(scope, n);
                best = Math.max(best, work.applyAsDouble(n) / last);
            }
        }
        return best;
    }

    /** {@return the shortest of a few durations on the device, after one that warms up} */
    private double shortest(Runnable call) {
        clock.seconds(call);
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < REPEATS; i++) {
            least = Math.min(least, clock.seconds(call));
        }
        return least;
    }

    private double product(DeviceScope scope, DType dtype, int n) {
        Matrix a = scope.allocate(dtype, n, n);
        Matrix b = scope.allocate(dtype, n, n);
        Matrix c = scope.allocate(dtype, n, n);
        context.run(stream -> stream.gaussian(SEED, a));
        context.run(stream -> stream.gaussian(SEED + 1, b));
        return shortest(() -> context.multiply(a, b, c));
    }

    private double copy(DeviceScope scope, int n) {
        Matrix a = scope.allocate(DType.F32, n, n);
        Matrix b = scope.allocate(DType.F32, n, n);
        context.run(stream -> stream.fill(a, 1));
        return shortest(() -> context.run(stream -> stream.copy(a, b)));
    }

    /** By the host's clock: a copy between host and device returns when it is done. */
    private static double transfer(DeviceScope scope, int n, Direction direction) {
        try (Arena arena = Arena.ofShared()) {
            Matrix host = Matrix.allocate(arena, DType.F32, n, n);
            Matrix there = scope.upload(host);
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i <= REPEATS; i++) {
                long start = System.nanoTime();
                switch (direction) {
                    case UPLOAD -> host.copyTo(there);
                    case DOWNLOAD -> there.copyTo(host);
                }
                least = Math.min(least, 1e-9 * Math.max(1, System.nanoTime() - start));
            }
            return least;
        }
    }
}
