package org.isospin.simd;

import java.util.Map;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.WorkerPool;
import org.isospin.simd.Matrices.Kind;

/** A program that prints a number made of every bit that the kernels compute, for every type. */
final class Digest {
    private static final int[][] SHAPES = {{1, 1}, {5, 17}, {33, 31}, {70, 45}};

    private Digest() {}

    public static void main(String[] arguments) {
        System.out.println(compute());
    }

    static long compute() {
        long digest = 0;
        try (WorkerPool pool = new WorkerPool("digest", 1);
                ComputeStream stream = new SimdStream(new Sharing(pool, 1), Precision.STANDARD)) {
            for (int[] shape : SHAPES) {
                for (DType dtype : DType.values()) {
                    Map<String, Matrix[]> outputs = KernelCalls.run(
                            stream,
                            (type, rows, columns) -> Matrices.allocate(Kind.STRIDED, type, rows, columns),
                            dtype,
                            shape[0],
                            shape[1],
                            4);
                    for (Matrix[] each : outputs.values()) {
                        for (Matrix m : each) {
                            digest = 31 * digest + digest(m);
                        }
                    }
                }
            }
        }
        return digest;
    }

    private static long digest(Matrix m) {
        long digest = 0;
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                digest = 31 * digest + Double.doubleToLongBits(m.get(i, j));
            }
        }
        return digest;
    }
}
