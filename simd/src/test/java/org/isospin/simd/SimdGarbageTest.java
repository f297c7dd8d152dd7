package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.Map;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;
import org.isospin.backend.WorkerPool;
import org.junit.jupiter.api.Test;

/** Once compiled and with buffers grown, kernels leave nothing on the heap, whatever the shape. */
class SimdGarbageTest {
    /** Calls between two looks at the counter. */
    private static final int CALLS = 20;

    /** Bytes of a call that are the counter's own, and less than any object that grows with a shape. */
    private static final long NOTHING = 64;

    /** Interpreted vectors are objects; this is far longer than the compiler has ever needed to remove them. */
    private static final long PATIENCE = 60_000_000_000L;

    private static long allocated() throws ReflectiveOperationException {
        Object bean = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getThreadMXBean")
                .invoke(null);
        Method bytes = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
        return (Long) bytes.invoke(bean);
    }

    /** {@return the bytes that a call leaves in the end} */
    private static long garbage(Runnable call) throws ReflectiveOperationException {
        long end = System.nanoTime() + PATIENCE;
        long least = Long.MAX_VALUE;
        while (least >= NOTHING && System.nanoTime() < end) {
            long before = allocated();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            least = Math.min(least, (allocated() - before) / CALLS);
        }
        return least;
    }

    private static Map<String, Runnable> calls(ComputeStream s, DType dtype, int n) {
        Matrix a = Matrices.random(Matrices.Kind.HEAP, dtype, n, n, 2);
        Matrix b = Matrices.random(Matrices.Kind.OFF_HEAP, dtype, n, n, 4);
        Matrix out = Matrix.allocate(dtype, n, n);
        Matrix column = Matrix.allocate(dtype, n, 1);
        Matrix first = a.view(0, 0, n, 1);
        Matrix panel = out.view(0, 0, n, 16);
        Matrix small = out.view(0, 0, 16, 16);
        Matrix wide = out.view(0, 0, 16, n);
        SkewMatrix skew = SkewMatrix.allocate(dtype, n);
        Scalar scalar = s.scalar();
        Indices pivots = s.indices(n);
        Arithmetic arithmetic = s.arithmetic(dtype);
        Map<String, Runnable> calls = new LinkedHashMap<>();
        calls.put("copy", () -> s.copy(b.transposed(), out));
        calls.put("fill", () -> s.fill(out, 0.5));
        calls.put("scale", () -> s.scale(0.5, b, out));
        calls.put("combine", () -> s.combine(0.5, a, 2, b.transposed(), 1, out));
        calls.put("symmetrize", () -> s.symmetrize(Symmetry.SKEW, b, out));
        calls.put("packSkew", () -> s.packSkew(a, skew));
        calls.put("unpackSkew", () -> s.unpackSkew(skew, out));
        calls.put("copyTriangle", () -> s.copyTriangle(Triangle.UPPER, a, out));
        for (Reduction reduction : Reduction.values()) {
            calls.put(reduction.toString(), () -> s.reduce(reduction, b, scalar));
        }
        calls.put("dot", () -> s.dot(a, b, scalar));
        calls.put("gemm", () -> s.gemm(arithmetic, 1, a, b, 0, out, out));
        calls.put("vector product", () -> s.gemm(arithmetic, 1, a, first, 0, column, column));
        calls.put("triangularSolve", () -> s.triangularSolve(Triangle.UNIT_LOWER, small, wide));
        calls.put("luPanel", () -> {
            s.fill(panel, 0.5);
            s.luPanel(panel, pivots, 0, scalar);
        });
        calls.put("resolventDelta", () -> {
            s.fill(small, 0.01);
            s.resolventDelta(small);
        });
        return calls;
    }

    @Test
    void kernelsLeaveNothing() throws ReflectiveOperationException {
        try (WorkerPool pool = new WorkerPool("garbage", 2);
                ComputeStream stream = new SimdStream(new Sharing(pool, 2, 1), Precision.STANDARD)) {
            for (DType dtype : new DType[] {DType.F32, DType.F64, DType.BF16}) {
                for (int n : new int[] {48, 160}) {
                    for (Map.Entry<String, Runnable> call :
                            calls(stream, dtype, n).entrySet()) {
                        assertThat(garbage(call.getValue()))
                                .as("bytes of %s of %s %d x %d", call.getKey(), dtype, n, n)
                                .isLessThan(NOTHING);
                    }
                }
            }
        }
    }
}
