package org.isospin.simd;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import org.isospin.DType;
import org.isospin.Matrix;

/** Arrays of F64. */
final class DoubleElements extends Elements {
    static final Elements INSTANCE = new DoubleElements();

    private static final VectorSpecies<Double> SPECIES = VectorWidth.DOUBLES;
    private static final int LANES = SPECIES.length();
    private static final int PAIR = 2 * LANES;

    /** Elements of a run up to which a loop is faster than a call. */
    private static final int SHORT = 256;

    /** Distance of runs from which their beginnings share no pages or prefetched lines. */
    private static final int FAR = 256;

    private DoubleElements() {
        super(DType.F64);
    }

    @Override
    Object allocate(int length) {
        return new double[length];
    }

    @Override
    int length(Object array) {
        return ((double[]) array).length;
    }

    @Override
    void clear(Object array, int from, int n) {
        Arrays.fill((double[]) array, from, from + n, 0);
    }

    @Override
    void load(Runs runs, Matrix m, long at, int n, Object out, int to) {
        runs.load(m, at, n, (double[]) out, to);
    }

    @Override
    void store(Runs runs, Matrix m, long at, int n, Object in, int from) {
        runs.store(m, at, n, (double[]) in, from);
    }

    @Override
    void transpose(int runs, int length, Object source, int from, int stride, Object target, int to, int ld) {
        Transposition.transpose(runs, length, (double[]) source, from, stride, (double[]) target, to, ld);
    }

    @Override
    void copy(int runs, int length, Object source, int from, int stride, Object target, int to, int ld) {
        if (length >= LANES && length <= SHORT) {
            copy(runs, length, (double[]) source, from, stride, (double[]) target, to, ld);
            return;
        }
        for (int r = 0; r < runs; r++) {
            System.arraycopy(source, from + r * stride, target, to + r * ld, length);
        }
    }

    /** The last vector of a run may overlap the one before it. */
    private static void copy(
            int runs, int length, double[] source, int from, int stride, double[] target, int to, int ld) {
        int last = length - LANES;
        for (int r = 0; r < runs; r++) {
            int i = from + r * stride;
            int o = to + r * ld;
            for (int p = 0; p < last; p += LANES) {
                DoubleVector.fromArray(SPECIES, source, i + p).intoArray(target, o + p);
            }
            DoubleVector.fromArray(SPECIES, source, i + last).intoArray(target, o + last);
        }
    }

    @Override
    void cut(
            int runs, int length, Object source, int from, int stride, int width, Object target, int to, int distance) {
        int whole = width == PAIR ? length / width : 0;
        if (stride < FAR) {
            for (int p = 0; p < whole; p++) {
                cutOne(runs, (double[]) source, from + p * width, stride, (double[]) target, to + p * distance);
            }
        } else {
            cut(runs, whole, (double[]) source, from, stride, (double[]) target, to, distance);
        }
        for (int p = whole; p * width < length; p++) {
            int n = Math.min(width, length - p * width);
            for (int r = 0; r < runs; r++) {
                System.arraycopy(source, from + r * stride + p * width, target, to + p * distance + r * width, n);
            }
        }
    }

    private static void cutOne(int runs, double[] source, int from, int stride, double[] target, int to) {
        for (int r = 0; r < runs; r++) {
            int i = from + r * stride;
            int o = to + r * PAIR;
            DoubleVector.fromArray(SPECIES, source, i).intoArray(target, o);
            DoubleVector.fromArray(SPECIES, source, i + LANES).intoArray(target, o + LANES);
        }
    }

    /** Along the runs, as far memory is read best. */
    private static void cut(
            int runs, int pieces, double[] source, int from, int stride, double[] target, int to, int distance) {
        for (int r = 0; r < runs; r++) {
            int i = from + r * stride;
            int o = to + r * PAIR;
            for (int p = 0; p < pieces; p++) {
                DoubleVector.fromArray(SPECIES, source, i).intoArray(target, o);
                DoubleVector.fromArray(SPECIES, source, i + LANES).intoArray(target, o + LANES);
                i += PAIR;
                o += distance;
            }
        }
    }

    @Override
    void scale(int n, double alpha, Object x, int xo, Object y, int yo) {
        DoubleLoops.scale(n, alpha, (double[]) x, xo, (double[]) y, yo);
    }

    @Override
    void combine(int n, double alpha, Object x, int xo, double beta, Object y, int yo, Object z, int zo) {
        DoubleLoops.combine(n, alpha, (double[]) x, xo, beta, (double[]) y, yo, (double[]) z, zo);
    }
}
