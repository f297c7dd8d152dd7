package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetOptions;
import org.isospin.reparam.PoetParameters;
import org.isospin.reparam.Primitive;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What forward and backward leave on the heap: a few objects, of many blocks and tokens no more than of few. */
class PoetGarbageTest {
    /** Bytes of heap that both may leave: a lease of a stream each, batches and their views. */
    private static final long MOST_BYTES = 4096;

    /** Calls before a number is believed: code that is not compiled yet may box. */
    private static final int ROUNDS = 400;

    private static final ThreadMXBean METER = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource(PoetOptions.Memory.class)
    void leavesAFewObjectsWhateverTheShape(PoetOptions.Memory memory) {
        try (Isospin iso = Isospin.named(Backends.REFERENCE).withThreads(1)) {
            assertThat(bytes(iso, memory, 9, 13, 2)).isLessThanOrEqualTo(MOST_BYTES);
            assertThat(bytes(iso, memory, 150, 90, 7)).isLessThanOrEqualTo(MOST_BYTES);
        }
    }

    private static long bytes(Isospin iso, PoetOptions.Memory memory, int m, int n, int tokens) {
        PoetOptions options =
                PoetOptions.DEFAULT.withPrimitive(Primitive.blockStochastic(4)).withMemory(memory);
        PoetLayer layer =
                PoetLayer.of(iso, options, Generators.gaussian(m, n, 1).to(DType.F32));
        PoetParameters gradient = layer.parameters().allocateLike();
        Matrix x = Generators.gaussian(tokens, n, 2).to(DType.F32);
        Matrix dy = Generators.gaussian(tokens, m, 3).to(DType.F32);
        Matrix y = Matrix.allocate(DType.F32, tokens, m);
        Matrix dx = Matrix.allocate(DType.F32, tokens, n);
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && fewest > MOST_BYTES; round++) {
            long before = METER.getCurrentThreadAllocatedBytes();
            layer.forward(x, y);
            layer.backward(x, dy, dx, gradient);
            fewest = Math.min(fewest, METER.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }
}
