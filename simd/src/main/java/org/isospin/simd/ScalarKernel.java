package org.isospin.simd;

/** The micro-kernel without vectors: what every other one has to give, bit for bit. */
final class ScalarKernel extends MicroKernel {
    private static final int ROWS = 6;
    private static final int COLUMNS = 8;

    ScalarKernel(Elements elements, BlockSizes sizes) {
        super("no vectors", elements, sizes, ROWS, COLUMNS);
    }

    @Override
    void multiply(int depth, Object a, int ao, Object b, int bo, Object s, int so, int lds, Object c, int co, int ldc) {
        for (int i = 0; i < ROWS; i++) {
            row(depth, a, ao + i * sizes.pitch(), b, bo, s, so + i * lds, c, co + i * ldc);
        }
    }

    @Override
    void multiplyTail(
            int depth, Object a, int ao, Object b, int bo, Object s, int so, int lds, Object c, int co, int ldc) {
        for (int i = 0; i < TAIL; i++) {
            row(depth, a, ao + i * sizes.pitch(), b, bo, s, so + i * lds, c, co + i * ldc);
        }
    }

    private static void row(int depth, Object a, int ao, Object b, int bo, Object s, int so, Object c, int co) {
        if (a instanceof float[] x
                && b instanceof float[] y
                && s instanceof float[] start
                && c instanceof float[] out) {
            for (int j = 0; j < COLUMNS; j++) {
                float sum = start[so + j];
                for (int k = 0; k < depth; k++) {
                    sum = Math.fma(x[ao + k], y[bo + k * COLUMNS + j], sum);
                }
                out[co + j] = sum;
            }
        } else {
            double[] x = (double[]) a;
            double[] y = (double[]) b;
            double[] start = (double[]) s;
            double[] out = (double[]) c;
            for (int j = 0; j < COLUMNS; j++) {
                double sum = start[so + j];
                for (int k = 0; k < depth; k++) {
                    sum = Math.fma(x[ao + k], y[bo + k * COLUMNS + j], sum);
                }
                out[co + j] = sum;
            }
        }
    }
}
