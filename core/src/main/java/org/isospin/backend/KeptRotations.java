package org.isospin.backend;

/**
 * Rotations of neighbouring columns of U and V, kept back and applied many at a time, strip of rows by strip: a strip of
 * every column stays in the cache while hundreds of rotations pass over it. Order is kept, so no bit depends on it.
 */
final class KeptRotations {
    /** Rotations kept per column of U. */
    private static final int PER_COLUMN = 16;

    /** Column, then cosine and sine of U and of V. */
    private static final int ENTRY = 5;

    /** Rows of a strip: of 1024 columns it takes 512 KiB. */
    private static final int STRIP = 64;

    private final int m;
    private final int n;
    private final double[] u;
    private final double[] v;
    private final double[] entries;
    private final int start;
    private final VectorOps ops;
    private int count;

    /**
     * Makes an empty log.
     *
     * @param m rows of u
     * @param n columns of u, size of v
     * @param u column-major m × n
     * @param v column-major n × n
     * @param entries memory for {@link #length} elements
     * @param start first element of that
     * @param ops vector operations
     */
    KeptRotations(int m, int n, double[] u, double[] v, double[] entries, int start, VectorOps ops) {
        this.m = m;
        this.n = n;
        this.u = u;
        this.v = v;
        this.entries = entries;
        this.start = start;
        this.ops = ops;
    }

    /**
     * {@return the elements a log needs}
     *
     * @param n columns of u
     */
    static long length(int n) {
        return (long) PER_COLUMN * ENTRY * n;
    }

    /** Columns i, i + 1 become c·x + s·y and c·y − s·x, in u and in v. */
    void add(int i, double uCosine, double uSine, double vCosine, double vSine) {
        if (count == PER_COLUMN * n) {
            apply();
        }
        int at = start + count * ENTRY;
        entries[at] = i;
        entries[at + 1] = uCosine;
        entries[at + 2] = uSine;
        entries[at + 3] = vCosine;
        entries[at + 4] = vSine;
        count++;
    }

    /** Brings u and v up to date. */
    void apply() {
        apply(u, m, 1);
        apply(v, n, 3);
        count = 0;
    }

    private void apply(double[] x, int rows, int part) {
        for (int row = 0; row < rows; row += STRIP) {
            int length = Math.min(STRIP, rows - row);
            for (int k = 0; k < count; k++) {
                int at = start + k * ENTRY;
                int column = ((int) entries[at]) * rows + row;
                double sine = entries[at + part + 1];
                if (sine != 0) {
                    ops.rotate(length, x, column, x, column + rows, entries[at + part], -sine);
                }
            }
        }
    }
}
