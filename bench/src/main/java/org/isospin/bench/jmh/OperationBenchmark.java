package org.isospin.bench.jmh;

import java.util.concurrent.TimeUnit;
import org.isospin.Matrix;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.Polar;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** One call of an operation, output last, in the steady state. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"
        })
public class OperationBenchmark {
    private static final MsignSchedule POLAR_EXPRESS = Msign.polarExpress(5);

    /** For JMH. */
    public OperationBenchmark() {}

    /**
     * A product.
     *
     * @param subject context and operands
     * @return the result
     */
    @Benchmark
    public Matrix gemm(Subject subject) {
        subject.context.multiply(subject.a, subject.b, subject.out);
        return subject.out;
    }

    /**
     * exp of a skew matrix.
     *
     * @param subject context and operands
     * @return the result
     */
    @Benchmark
    public Matrix exp(Subject subject) {
        subject.context.exp(subject.skew, subject.out);
        return subject.out;
    }

    /**
     * The Cayley transform.
     *
     * @param subject context and operands
     * @return the result
     */
    @Benchmark
    public Matrix cayley(Subject subject) {
        subject.context.cayley(subject.skew, subject.out);
        return subject.out;
    }

    /**
     * msign by five steps of Polar Express.
     *
     * @param subject context and operands
     * @return the result
     */
    @Benchmark
    public Matrix msign(Subject subject) {
        subject.context.msign(subject.a, subject.out, POLAR_EXPRESS);
        return subject.out;
    }

    /**
     * The polar factor to full precision.
     *
     * @param subject context and operands
     * @return how it was reached
     */
    @Benchmark
    public Polar.Result polar(Subject subject) {
        return subject.context.polar(subject.a, subject.out);
    }
}
