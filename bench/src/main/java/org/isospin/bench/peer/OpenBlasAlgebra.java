package org.isospin.bench.peer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.ffm.blas.OpenBlas;
import org.isospin.ffm.blas.OpenBlas.Operand;
import org.jspecify.annotations.Nullable;

/** OpenBLAS on column-major matrices off the heap, on 64-byte boundaries. */
final class OpenBlasAlgebra implements Algebra<MemorySegment> {
    /** Rows and columns of a square that is mirrored at once: two of them fit the first cache. */
    private static final int MIRROR_BLOCK = 32;

    private final OpenBlas blas;
    private final DType dtype;
    private final int n;
    private final Arena arena;
    private final boolean isSingle;
    private final MemorySegment values;
    private @Nullable Factors factors;

    /** U and Vᵀ of a singular value decomposition. */
    private record Factors(MemorySegment u, MemorySegment vt) {}

    OpenBlasAlgebra(DType dtype, int n, Arena arena) {
        this.dtype = dtype;
        this.n = n;
        this.arena = arena;
        isSingle = dtype == DType.F32;
        blas = new OpenBlas(isSingle ? OpenBlas.Precision.SINGLE : OpenBlas.Precision.DOUBLE, n, arena);
        values = arena.allocate((long) n * dtype.bytes(), 64);
    }

    @Override
    public double roundoff() {
        return dtype.unitRoundoff();
    }

    @Override
    public MemorySegment matrix() {
        return arena.allocate((long) n * n * dtype.bytes(), 64);
    }

    @Override
    public MemorySegment copyOf(Matrix source) {
        MemorySegment copy = matrix();
        source.copyTo(toMatrix(copy));
        return copy;
    }

    @Override
    public Matrix toMatrix(MemorySegment m) {
        return Matrix.wrap(m, 0, dtype, n, n, n, Order.COLUMN_MAJOR);
    }

    private double get(MemorySegment m, long index) {
        return isSingle ? m.getAtIndex(ValueLayout.JAVA_FLOAT, index) : m.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
    }

    private void set(MemorySegment m, long index, double value) {
        if (isSingle) {
            m.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
        } else {
            m.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
        }
    }

    @Override
    public void multiply(MemorySegment a, MemorySegment b, MemorySegment c) {
        blas.gemm(Operand.PLAIN, a, Operand.PLAIN, b, c);
    }

    @Override
    public void multiplyAdd(MemorySegment a, MemorySegment b, MemorySegment c) {
        blas.gemm(Operand.PLAIN, a, Operand.PLAIN, b, 1, c);
    }

    @Override
    public void multiplyTransposed(MemorySegment a, MemorySegment b, MemorySegment c) {
        blas.gemm(Operand.TRANSPOSED, a, Operand.PLAIN, b, c);
    }

    @Override
    public void gram(MemorySegment a, MemorySegment c) {
        blas.syrk(a, c);
        if (isSingle) {
            mirrorSingle(c);
        } else {
            mirrorDouble(c);
        }
    }

    private void mirrorSingle(MemorySegment c) {
        for (int jj = 0; jj < n; jj += MIRROR_BLOCK) {
            for (int ii = 0; ii <= jj; ii += MIRROR_BLOCK) {
                for (int j = jj; j < Math.min(n, jj + MIRROR_BLOCK); j++) {
                    for (int i = ii; i < Math.min(j, ii + MIRROR_BLOCK); i++) {
                        float upper = c.getAtIndex(ValueLayout.JAVA_FLOAT, (long) j * n + i);
                        c.setAtIndex(ValueLayout.JAVA_FLOAT, (long) i * n + j, upper);
                    }
                }
            }
        }
    }

    private void mirrorDouble(MemorySegment c) {
        for (int jj = 0; jj < n; jj += MIRROR_BLOCK) {
            for (int ii = 0; ii <= jj; ii += MIRROR_BLOCK) {
                for (int j = jj; j < Math.min(n, jj + MIRROR_BLOCK); j++) {
                    for (int i = ii; i < Math.min(j, ii + MIRROR_BLOCK); i++) {
                        double upper = c.getAtIndex(ValueLayout.JAVA_DOUBLE, (long) j * n + i);
                        c.setAtIndex(ValueLayout.JAVA_DOUBLE, (long) i * n + j, upper);
                    }
                }
            }
        }
    }

    @Override
    public void copy(MemorySegment from, MemorySegment to) {
        MemorySegment.copy(from, 0, to, 0, from.byteSize());
    }

    @Override
    public void transpose(MemorySegment from, MemorySegment to) {
        blas.transpose(from, to);
    }

    @Override
    public void combine(double alpha, MemorySegment x, double beta, MemorySegment y) {
        blas.combine(alpha, x, beta, y);
    }

    @Override
    public void shift(double shift, MemorySegment m) {
        for (int i = 0; i < n; i++) {
            long at = (long) i * n + i;
            set(m, at, get(m, at) + shift);
        }
    }

    @Override
    public double frobenius(MemorySegment m) {
        return blas.frobenius(m);
    }

    @Override
    public double norm1(MemorySegment m) {
        return blas.norm1(m);
    }

    @Override
    public void solve(MemorySegment a, MemorySegment b) {
        blas.solve(a, b);
    }

    @Override
    public void invert(MemorySegment a) {
        blas.invert(a);
    }

    @Override
    public void qr(MemorySegment a, MemorySegment r) {
        blas.qr(a, r);
    }

    @Override
    public void gaussian(long seed, MemorySegment m) {
        SplittableRandom random = new SplittableRandom(seed);
        for (long i = 0; i < (long) n * n; i++) {
            set(m, i, random.nextGaussian());
        }
    }

    @Override
    public void flipColumns(MemorySegment q, MemorySegment r) {
        for (int j = 0; j < n; j++) {
            if (get(r, (long) j * n + j) < 0) {
                MemorySegment column = q.asSlice((long) j * n * dtype.bytes(), (long) n * dtype.bytes());
                for (int i = 0; i < n; i++) {
                    set(column, i, -get(column, i));
                }
            }
        }
    }

    @Override
    public Matrix singularValues(MemorySegment a) {
        blas.singularValues(a, values);
        return Matrix.wrap(values, 0, dtype, 1, n, n, Order.ROW_MAJOR);
    }

    @Override
    public void polarBySvd(MemorySegment a, MemorySegment out) {
        Factors factors = factors();
        blas.svd(a, factors.u, values, factors.vt);
        multiply(factors.u, factors.vt, out);
    }

    @Override
    public List<Matrix> svd(MemorySegment a) {
        Factors factors = factors();
        blas.svd(a, factors.u, values, factors.vt);
        return List.of(
                toMatrix(factors.u),
                Matrix.wrap(values, 0, dtype, 1, n, n, Order.ROW_MAJOR),
                toMatrix(factors.vt).transposed());
    }

    private Factors factors() {
        Factors known = factors;
        if (known == null) {
            known = new Factors(matrix(), matrix());
            factors = known;
        }
        return known;
    }
}
