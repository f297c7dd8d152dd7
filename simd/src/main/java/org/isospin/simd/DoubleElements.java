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
    void gather(int runs, int length, Object source, int from, int stride, Object target, int to, int ld) {
        if (length == 2 * LANES) {
            gather(runs, (double[]) source, from, stride, (double[]) target, to, ld);
            return;
        }
        for (int r = 0; r < runs; r++) {
            System.arraycopy(source, from + r * stride, target, to + r * ld, length);
        }
    }

    private static void gather(int runs, double[] source, int from, int stride, double[] target, int to, int ld) {
        for (int r = 0; r < runs; r++) {
            int i = from + r * stride;
            int o = to + r * ld;
            DoubleVector.fromArray(SPECIES, source, i).intoArray(target, o);
            DoubleVector.fromArray(SPECIES, source, i + LANES).intoArray(target, o + LANES);
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
