package org.isospin.bench.jmh;

import java.util.SplittableRandom;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A context on one thread, and operands on the heap. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class Subject {
    /** The backend. */
    @Param({"simd"})
    public String backend;

    /** The element type. */
    @Param({"F32", "F64"})
    public DType dtype;

    /** The order. */
    @Param({"64", "256", "1024"})
    public int n;

    Isospin context;
    Matrix a;
    Matrix b;
    Matrix out;
    SkewMatrix skew;

    /** For JMH. */
    public Subject() {}

    /** Opens the context and draws the operands: Gaussian ones, and a skew one of norm about 0.9. */
    @Setup(Level.Trial)
    public void open() {
        context = Isospin.named(backend).withThreads(1);
        SplittableRandom random = new SplittableRandom(1);
        a = gaussian(random, n, n, 1);
        b = gaussian(random, n, n, 1);
        out = Matrix.allocate(dtype, n, n);
        skew = SkewMatrix.wrap(n, gaussian(random, 1, SkewMatrix.packedLength(n), 0.45 / Math.sqrt(n)));
    }

    private Matrix gaussian(SplittableRandom random, int rows, int columns, double deviation) {
        Matrix m = Matrix.allocate(dtype, rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                m.set(i, j, deviation * random.nextGaussian());
            }
        }
        return m;
    }

    /** Closes the context. */
    @TearDown(Level.Trial)
    public void close() {
        context.close();
    }
}
