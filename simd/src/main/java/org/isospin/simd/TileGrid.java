package org.isospin.simd;

import org.isospin.Matrix;
import org.isospin.Order;

/**
 * Cuts a matrix into tiles of at most {@link FloatTile#AREA} elements, in its own order: whole runs where they are short,
 * parts of one run where they are long, squares where an operand has to be transposed. The shape alone decides.
 */
final class TileGrid {
    private int runs;
    private int length;
    private int tall;
    private int wide;
    private int across;

    /** First run of the tile. */
    int run;

    /** Its first position in each run. */
    int position;

    /** Its runs. */
    int height;

    /** Elements of each. */
    int width;

    /** {@return the rows of a row-major matrix, the columns of a column-major one} */
    static int runs(Matrix m) {
        return m.order() == Order.ROW_MAJOR ? m.rows() : m.columns();
    }

    /** {@return the elements of a run} */
    static int length(Matrix m) {
        return m.order() == Order.ROW_MAJOR ? m.columns() : m.rows();
    }

    /** {@return the number of tiles of a matrix, which are then at hand} */
    int cut(Matrix m, boolean isTurned) {
        runs = runs(m);
        length = length(m);
        if (runs == 0 || length == 0) {
            return 0;
        }
        wide = Math.min(length, isTurned ? FloatTile.SIDE : FloatTile.AREA);
        tall = FloatTile.AREA / wide;
        across = (length - 1) / wide + 1;
        return ((runs - 1) / tall + 1) * across;
    }

    /** Goes to a tile of the matrix that was cut. */
    void go(int tile) {
        run = tile / across * tall;
        position = tile % across * wide;
        height = Math.min(tall, runs - run);
        width = Math.min(wide, length - position);
    }
}
