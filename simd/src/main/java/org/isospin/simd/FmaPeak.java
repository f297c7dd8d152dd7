package org.isospin.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import org.isospin.DType;

/**
 * The fused multiply-adds that one thread can do, in flops (two each) a second, measured: twelve independent chains
 * x ← ½x + ½ in registers, enough to hide the latency of an FMA on any processor with one or two vector pipes; the {@link ShortestRun} counts.
 */
final class FmaPeak {
    private static final int CHAINS = 12;

    /** Steps of a run: about 2 µs, or some 10 ms before the loop is compiled. */
    private static final int STEPS = 1024;

    /** 40 ms of compiled runs at least, and more than C2 needs to compile them. */
    private static final ShortestRun SHORTEST = new ShortestRun(20_000, 20_000_000, 3_000_000_000L);

    private FmaPeak() {}

    /**
     * {@return flops a second of one thread}
     *
     * @param dtype F32 or F64
     */
    static double measure(DType dtype) {
        boolean isDouble = dtype == DType.F64;
        int lanes = isDouble ? VectorWidth.DOUBLES.length() : VectorWidth.FLOATS.length();
        double[] wide = new double[VectorWidth.DOUBLES.length()];
        float[] narrow = new float[VectorWidth.FLOATS.length()];
        long shortest = SHORTEST.of(isDouble ? () -> run(STEPS, wide) : () -> run(STEPS, narrow));
        return 2.0 * lanes * CHAINS * STEPS / shortest * 1e9;
    }

    /** Runs the chains from where they are and leaves their sum, so that none of them is idle work. */
    private static void run(int steps, float[] x) {
        FloatVector half = FloatVector.broadcast(VectorWidth.FLOATS, 0.5f);
        FloatVector c0 = FloatVector.fromArray(VectorWidth.FLOATS, x, 0);
        FloatVector c1 = c0.add(1);
        FloatVector c2 = c0.add(2);
        FloatVector c3 = c0.add(3);
        FloatVector c4 = c0.add(4);
        FloatVector c5 = c0.add(5);
        FloatVector c6 = c0.add(6);
        FloatVector c7 = c0.add(7);
        FloatVector c8 = c0.add(8);
        FloatVector c9 = c0.add(9);
        FloatVector c10 = c0.add(10);
        FloatVector c11 = c0.add(11);
        for (int i = 0; i < steps; i++) {
            c0 = half.fma(c0, half);
            c1 = half.fma(c1, half);
            c2 = half.fma(c2, half);
            c3 = half.fma(c3, half);
            c4 = half.fma(c4, half);
            c5 = half.fma(c5, half);
            c6 = half.fma(c6, half);
            c7 = half.fma(c7, half);
            c8 = half.fma(c8, half);
            c9 = half.fma(c9, half);
            c10 = half.fma(c10, half);
            c11 = half.fma(c11, half);
        }
        FloatVector sum = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
        sum.add(c6).add(c7).add(c8).add(c9).add(c10).add(c11).intoArray(x, 0);
    }

    /** The same in F64. */
    private static void run(int steps, double[] x) {
        DoubleVector half = DoubleVector.broadcast(VectorWidth.DOUBLES, 0.5);
        DoubleVector c0 = DoubleVector.fromArray(VectorWidth.DOUBLES, x, 0);
        DoubleVector c1 = c0.add(1);
        DoubleVector c2 = c0.add(2);
        DoubleVector c3 = c0.add(3);
        DoubleVector c4 = c0.add(4);
        DoubleVector c5 = c0.add(5);
        DoubleVector c6 = c0.add(6);
        DoubleVector c7 = c0.add(7);
        DoubleVector c8 = c0.add(8);
        DoubleVector c9 = c0.add(9);
        DoubleVector c10 = c0.add(10);
        DoubleVector c11 = c0.add(11);
        for (int i = 0; i < steps; i++) {
            c0 = half.fma(c0, half);
            c1 = half.fma(c1, half);
            c2 = half.fma(c2, half);
            c3 = half.fma(c3, half);
            c4 = half.fma(c4, half);
            c5 = half.fma(c5, half);
            c6 = half.fma(c6, half);
            c7 = half.fma(c7, half);
            c8 = half.fma(c8, half);
            c9 = half.fma(c9, half);
            c10 = half.fma(c10, half);
            c11 = half.fma(c11, half);
        }
        DoubleVector sum = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
        sum.add(c6).add(c7).add(c8).add(c9).add(c10).add(c11).intoArray(x, 0);
    }
}
