package org.isospin.simd;

/**
 * A tile without vectors: what every other code has to give, bit for bit, and what sums until one with vectors is compiled. An
 * interpreted vector operation makes an object, and takes a thousand times as long as one of these.
 *
 * @param rows of the tile
 * @param columns of the tile, a multiple of 4
 * @param pitch distance of rows in the left panel
 */
record ScalarTile(int rows, int columns, int pitch) implements TileCode {
    private static final int WIDTH = 4;

    @Override
    public void run(
            int depth, Object a, int ao, Object b, int bo, Object s, int so, int lds, Object c, int co, int ldc) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j += WIDTH) {
                int x = ao + i * pitch;
                if (a instanceof float[] left) {
                    sum(
                            depth,
                            left,
                            x,
                            (float[]) b,
                            bo + j,
                            (float[]) s,
                            so + i * lds + j,
                            (float[]) c,
                            co + i * ldc + j);
                } else {
                    sum(
                            depth,
                            (double[]) a,
                            x,
                            (double[]) b,
                            bo + j,
                            (double[]) s,
                            so + i * lds + j,
                            (double[]) c,
                            co + i * ldc + j);
                }
            }
        }
    }

    private void sum(int depth, float[] a, int ao, float[] b, int bo, float[] s, int so, float[] c, int co) {
        float c0 = s[so];
        float c1 = s[so + 1];
        float c2 = s[so + 2];
        float c3 = s[so + 3];
        for (int k = 0; k < depth; k++) {
            int q = bo + k * columns;
            float x = a[ao + k];
            c0 = Math.fma(x, b[q], c0);
            c1 = Math.fma(x, b[q + 1], c1);
            c2 = Math.fma(x, b[q + 2], c2);
            c3 = Math.fma(x, b[q + 3], c3);
        }
        c[co] = c0;
        c[co + 1] = c1;
        c[co + 2] = c2;
        c[co + 3] = c3;
    }

    private void sum(int depth, double[] a, int ao, double[] b, int bo, double[] s, int so, double[] c, int co) {
        double c0 = s[so];
        double c1 = s[so + 1];
        double c2 = s[so + 2];
        double c3 = s[so + 3];
        for (int k = 0; k < depth; k++) {
            int q = bo + k * columns;
            double x = a[ao + k];
            c0 = Math.fma(x, b[q], c0);
            c1 = Math.fma(x, b[q + 1], c1);
            c2 = Math.fma(x, b[q + 2], c2);
            c3 = Math.fma(x, b[q + 3], c3);
        }
        c[co] = c0;
        c[co + 1] = c1;
        c[co + 2] = c2;
        c[co + 3] = c3;
    }
}
