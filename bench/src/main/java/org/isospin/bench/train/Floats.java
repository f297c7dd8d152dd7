package org.isospin.bench.train;

import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.isospin.DType;
import org.isospin.Matrix;

/** Arrays behind the matrices of the model, all of which are dense and on the heap. */
final class Floats {
    private Floats() {}

    /** {@return the array of a matrix, by rows} */
    static float[] of(Matrix m) {
        return (float[]) Objects.requireNonNull(m.arrayOrNull());
    }

    static Matrix matrix(int rows, int columns) {
        return Matrix.allocate(DType.F32, rows, columns);
    }

    /** target ← target + source. */
    static void add(Matrix source, Matrix target) {
        float[] x = of(source);
        float[] y = of(target);
        for (int i = 0; i < y.length; i++) {
            y[i] += x[i];
        }
    }

    /** Runs independent parts on all processors; what each computes does not depend on which does it. */
    static void forEach(int parts, IntConsumer part) {
        IntStream.range(0, parts).parallel().forEach(part);
    }
}
