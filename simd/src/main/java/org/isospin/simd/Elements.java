package org.isospin.simd;

import org.isospin.DType;
import org.isospin.Matrix;

/** Arrays of the type that a product is summed in: what packing and storing do with them. */
abstract class Elements {
    private static final int MOST_COLUMNS = 128;

    final DType dtype;

    /** One row of zeros for any tile. */
    final Object zeros;

    Elements(DType dtype) {
        this.dtype = dtype;
        this.zeros = allocate(MOST_COLUMNS);
    }

    /** {@return a new array} */
    abstract Object allocate(int length);

    /** {@return an array's length} */
    abstract int length(Object array);

    /** Sets elements to zero. */
    abstract void clear(Object array, int from, int n);

    /** {@return whether a matrix is an array of this type, to be read and written in place} */
    final boolean isDirect(Matrix m) {
        return m.dtype() == dtype && m.arrayOrNull() != null;
    }

    /** out ← adjacent elements of a matrix. */
    abstract void load(Runs runs, Matrix m, long at, int n, Object out, int to);

    /** Adjacent elements of a matrix ← in, rounded once. */
    abstract void store(Runs runs, Matrix m, long at, int n, Object in, int from);

    /** target(p, r) ← source(r, p): runs of a length, any number of them. */
    abstract void transpose(int runs, int length, Object source, int from, int stride, Object target, int to, int ld);

    /** target(r, p) ← source(r, p): runs of a length, any number of them. */
    abstract void copy(int runs, int length, Object source, int from, int stride, Object target, int to, int ld);

    /**
     * Cuts runs into pieces, which are collected by their place: target(p, r, i) ← source(r, p·width + i).
     *
     * @param runs how many runs
     * @param length elements of each; the last piece may be shorter than the others
     * @param width elements of a piece, and their space in the target
     * @param distance of collections in the target
     */
    abstract void cut(
            int runs, int length, Object source, int from, int stride, int width, Object target, int to, int distance);

    /** y ← α·x; y may be x. */
    abstract void scale(int n, double alpha, Object x, int xo, Object y, int yo);

    /** z ← fma(α, x, β·y); z may be x or y. */
    abstract void combine(int n, double alpha, Object x, int xo, double beta, Object y, int yo, Object z, int zo);
}
