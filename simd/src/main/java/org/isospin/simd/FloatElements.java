package org.isospin.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.isospin.DType;
import org.isospin.Matrix;

/** Arrays of F32. */
final class FloatElements extends Elements {
    static final Elements INSTANCE = new FloatElements();

    private static final VectorSpecies<Float> SPECIES = VectorWidth.FLOATS;
    private static final int LANES = SPECIES.length();

    private FloatElements() {
        super(DType.F32);
    }

    @Override
    Object allocate(int length) {
        return new float[length];
    }

    @Override
    int length(Object array) {
        return ((float[]) array).length;
    }

    @Override
    void clear(Object array, int from, int n) {
        Arrays.fill((float[]) array, from, from + n, 0);
    }

    @Override
    void load(Runs runs, Matrix m, long at, int n, Object out, int to) {
        runs.load(m, at, n, (float[]) out, to);
    }

    @Override
    void store(Runs runs, Matrix m, long at, int n, Object in, int from) {
        runs.store(m, at, n, (float[]) in, from);
    }

    @Override
    void transpose(int runs, int length, Object source, int from, int stride, Object target, int to, int ld) {
        Transposition.transpose(runs, length, (float[]) source, from, stride, (float[]) target, to, ld);
    }

    @Override
    void gather(int runs, int length, Object source, int from, int stride, Object target, int to, int ld) {
        if (length == 2 * LANES) {
            gather(runs, (float[]) source, from, stride, (float[]) target, to, ld);
            return;
        }
        for (int r = 0; r < runs; r++) {
            System.arraycopy(source, from + r * stride, target, to + r * ld, length);
        }
    }

    private static void gather(int runs, float[] source, int from, int stride, float[] target, int to, int ld) {
        for (int r = 0; r < runs; r++) {
            int i = from + r * stride;
            int o = to + r * ld;
            FloatVector.fromArray(SPECIES, source, i).intoArray(target, o);
            FloatVector.fromArray(SPECIES, source, i + LANES).intoArray(target, o + LANES);
        }
    }

    @Override
    void scale(int n, double alpha, Object x, int xo, Object y, int yo) {
        FloatLoops.scale(n, (float) alpha, (float[]) x, xo, (float[]) y, yo);
    }

    @Override
    void combine(int n, double alpha, Object x, int xo, double beta, Object y, int yo, Object z, int zo) {
        FloatLoops.combine(n, (float) alpha, (float[]) x, xo, (float) beta, (float[]) y, yo, (float[]) z, zo);
    }
}
