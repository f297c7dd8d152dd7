package org.isospin.simd;

/** Transposition of blocks small enough for the first cache, four runs at a time. */
final class Transposition {
    private Transposition() {}

    /** target(p, r) ← source(r, p): runs of a length, any number of them. */
    static void transpose(int runs, int length, float[] source, int from, int stride, float[] target, int to, int ld) {
        int r = 0;
        for (; r + 4 <= runs; r += 4) {
            int a = from + r * stride;
            int b = a + stride;
            int c = b + stride;
            int d = c + stride;
            for (int p = 0; p < length; p++) {
                int at = to + p * ld + r;
                target[at] = source[a + p];
                target[at + 1] = source[b + p];
                target[at + 2] = source[c + p];
                target[at + 3] = source[d + p];
            }
        }
        for (; r < runs; r++) {
            for (int p = 0; p < length; p++) {
                target[to + p * ld + r] = source[from + r * stride + p];
            }
        }
    }

    /** target(p, r) ← source(r, p): runs of a length, any number of them. */
    static void transpose(
            int runs, int length, double[] source, int from, int stride, double[] target, int to, int ld) {
        int r = 0;
        for (; r + 4 <= runs; r += 4) {
            int a = from + r * stride;
            int b = a + stride;
            int c = b + stride;
            int d = c + stride;
            for (int p = 0; p < length; p++) {
                int at = to + p * ld + r;
                target[at] = source[a + p];
                target[at + 1] = source[b + p];
                target[at + 2] = source[c + p];
                target[at + 3] = source[d + p];
            }
        }
        for (; r < runs; r++) {
            for (int p = 0; p < length; p++) {
                target[to + p * ld + r] = source[from + r * stride + p];
            }
        }
    }
}
