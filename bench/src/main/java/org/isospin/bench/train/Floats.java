package org.isospin.bench.train;

import java.util.List;
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

    /** Divides matrices by what their norm, all together, is more than a bound; one that is not finite stays. */
    static void clip(List<Matrix> matrices, double bound) {
        if (bound == Double.POSITIVE_INFINITY) {
            return;
        }
        double square = 0;
        for (Matrix m : matrices) {
            for (float x : of(m)) {
                square += (double) x * x;
            }
        }
        double norm = Math.sqrt(square);
        if (!(norm > bound && norm < Double.POSITIVE_INFINITY)) {
            return;
        }
        float factor = (float) (bound / norm);
        for (Matrix m : matrices) {
            float[] x = of(m);
            for (int i = 0; i < x.length; i++) {
                x[i] *= factor;
            }
        }
    }

    /** Runs independent parts on all processors; what each computes does not depend on which does it. */
    static void forEach(int parts, IntConsumer part) {
        IntStream.range(0, parts).parallel().forEach(part);
    }
}
