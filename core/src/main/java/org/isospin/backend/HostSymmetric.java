package org.isospin.backend;

import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.SkewMatrix;

/**
 * Operations on triangles and mirror images of square matrices in plain Java, a pair of mirrored tiles at a time. Sums are
 * formed in F64 and rounded once.
 */
final class HostSymmetric {
    private static final int TILE = Blocks.TILE;

    private final Blocks blocks;
    private final double[] x = new double[TILE * TILE];
    private final double[] y = new double[TILE * TILE];

    HostSymmetric(Blocks blocks) {
        this.blocks = blocks;
    }

    private void load(Order order, Matrix m, int row, int column, int runs, int length, double[] out) {
        blocks.load(order, m, m.index(row, column), runs, length, out, 0, length);
    }

    private void store(Order order, Matrix m, int row, int column, int runs, int length, double[] in) {
        blocks.store(order, m, m.index(row, column), runs, length, in, 0, length);
    }

    void symmetrize(Symmetry symmetry, Matrix m, Matrix out) {
        int n = m.rows();
        double sign = symmetry == Symmetry.SKEW ? -1 : 1;
        for (int i = 0; i < n; i += TILE) {
            int rows = Math.min(TILE, n - i);
            for (int j = i; j < n; j += TILE) {
                int columns = Math.min(TILE, n - j);
                halfSum(m, sign, i, j, rows, columns);
                store(Order.ROW_MAJOR, out, i, j, rows, columns, x);
                if (i != j) {
                    for (int e = 0; e < rows * columns; e++) {
                        x[e] *= sign;
                    }
                    store(Order.COLUMN_MAJOR, out, j, i, rows, columns, x);
                }
            }
        }
    }

    /** x ← ½(m ± mᵀ) of one tile; halves first, which is exact and cannot overflow. */
    private void halfSum(Matrix m, double sign, int i, int j, int rows, int columns) {
        load(Order.ROW_MAJOR, m, i, j, rows, columns, x);
        load(Order.COLUMN_MAJOR, m, j, i, rows, columns, y);
        for (int e = 0; e < rows * columns; e++) {
            x[e] = 0.5 * x[e] + sign * (0.5 * y[e]);
        }
    }

    void unpackSkew(SkewMatrix packed, Matrix dense) {
        int n = packed.order();
        for (int i = 0; i < n; i += TILE) {
            int rows = Math.min(TILE, n - i);
            for (int j = i; j < n; j += TILE) {
                int columns = Math.min(TILE, n - j);
                for (int r = 0; r < rows; r++) {
                    int skip = Math.max(0, i + r + 1 - j);
                    if (skip < columns) {
                        long at = position(n, i + r, j + skip);
                        blocks.load(
                                Order.ROW_MAJOR,
                                packed.packed(),
                                at,
                                1,
                                columns - skip,
                                x,
                                r * columns + skip,
                                columns);
                    }
                }
                if (i == j) {
                    mirror(rows);
                }
                store(Order.ROW_MAJOR, dense, i, j, rows, columns, x);
                if (i != j) {
                    for (int e = 0; e < rows * columns; e++) {
                        x[e] = -x[e];
                    }
                    store(Order.COLUMN_MAJOR, dense, j, i, rows, columns, x);
                }
            }
        }
    }

    private void mirror(int n) {
        for (int r = 0; r < n; r++) {
            x[r * n + r] = 0;
            for (int c = 0; c < r; c++) {
                x[r * n + c] = -x[c * n + r];
            }
        }
    }

    void packSkew(Matrix dense, SkewMatrix packed) {
        int n = packed.order();
        for (int i = 0; i < n; i += TILE) {
            int rows = Math.min(TILE, n - i);
            for (int j = i; j < n; j += TILE) {
                int columns = Math.min(TILE, n - j);
                halfSum(dense, -1, i, j, rows, columns);
                for (int r = 0; r < rows; r++) {
                    int skip = Math.max(0, i + r + 1 - j);
                    if (skip < columns) {
                        long at = position(n, i + r, j + skip);
                        blocks.store(
                                Order.ROW_MAJOR,
                                packed.packed(),
                                at,
                                1,
                                columns - skip,
                                x,
                                r * columns + skip,
                                columns);
                    }
                }
            }
        }
    }

    /** {@return where element (i, j), i < j, is packed} */
    private static long position(int n, int i, int j) {
        return (long) i * (2L * n - i - 1) / 2 + j - i - 1;
    }

    void copyTriangle(Triangle triangle, Matrix source, Matrix target) {
        int n = target.rows();
        boolean isLower = triangle == Triangle.LOWER || triangle == Triangle.UNIT_LOWER;
        boolean isUnit = triangle == Triangle.UNIT_LOWER || triangle == Triangle.UNIT_UPPER;
        for (int i = 0; i < n; i += TILE) {
            int rows = Math.min(TILE, n - i);
            for (int j = 0; j < n; j += TILE) {
                int columns = Math.min(TILE, n - j);
                boolean isKept = isLower ? j <= i : j >= i;
                if (isKept) {
                    load(Order.ROW_MAJOR, source, i, j, rows, columns, x);
                }
                if (i == j) {
                    keepTriangle(isLower, isUnit, rows);
                } else if (!isKept) {
                    java.util.Arrays.fill(x, 0, rows * columns, 0);
                }
                store(Order.ROW_MAJOR, target, i, j, rows, columns, x);
            }
        }
    }

    private void keepTriangle(boolean isLower, boolean isUnit, int n) {
        for (int r = 0; r < n; r++) {
            for (int c = 0; c < n; c++) {
                if (isLower ? c > r : c < r) {
                    x[r * n + c] = 0;
                }
            }
            x[r * n + r] = isUnit ? 1 : x[r * n + r];
        }
    }
}
