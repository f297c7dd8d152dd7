package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.BlockSplit;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.Update;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a step leaves on the heap: a few objects, and of a large weight no more than of a small one. On the reference backend,
 * whose kernels box nothing: what an optimizer does by itself is the same on all of them, and {@link OperationGarbageTest} has
 * the kernels of the others.
 */
class OptimizerGarbageTest {
    /** Bytes of heap that a step may leave, whatever the shape: scalars, views, a lease of a stream. */
    private static final long MOST_BYTES = 4096;

    /**
     * By how much a large weight's step may differ, as iterations do that end at different counts, and six singular value
     * decompositions that need two small objects each from some order on: less than the smallest array with an element for each
     * of a block's outputs, 16 + 4·144 bytes.
     */
    private static final long SLACK = 576;

    /** Steps before a number is believed: code that is not compiled yet may box. */
    private static final int ROUNDS = 100;

    private static final int[] SMALL = {12, 8};
    private static final int[] LARGE = {192, 288};

    private static final ThreadMXBean METER = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** An optimizer, and the type of the weights. */
    record Subject(OptimizerKind kind, DType dtype) {
        @Override
        public String toString() {
            return kind + ", " + dtype;
        }
    }

    static Stream<Subject> subjects() {
        return OptimizerKind.all().stream()
                .flatMap(kind -> Stream.of(DType.F32, DType.F64, DType.BF16).map(dtype -> new Subject(kind, dtype)));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aStepLeavesAsFewObjectsOfALargeWeightAsOfASmallOne(Subject subject) {
        try (Isospin iso = Isospin.named(Backends.REFERENCE).withThreads(1)) {
            Optimizer optimizer = subject.kind().make().apply(iso);
            long few = fewestBytes(optimizer, subject, SMALL, 0);
            long many = fewestBytes(optimizer, subject, LARGE, few + SLACK);
            assertThat(few).isLessThanOrEqualTo(MOST_BYTES);
            assertThat(many).isLessThanOrEqualTo(few + SLACK);
        }
    }

    /** {@return the bytes of a step, the fewest of many, or of as many as it takes to get to what is enough} */
    private static long fewestBytes(Optimizer optimizer, Subject subject, int[] shape, long enough) {
        ParameterId id = optimizer.register(subject.kind()
                .spec("w" + shape[0], subject.dtype(), shape[0], shape[1], Orientation.IN_OUT)
                .withSplit(BlockSplit.groups(2)));
        Matrix w = Generators.gaussian(shape[0], shape[1], 1).to(subject.dtype());
        Matrix g = Generators.gaussian(shape[0], shape[1], 2).to(DType.F32);
        List<Update> updates = List.of(new Update(id, w, g));
        long fewest = Long.MAX_VALUE;
        for (int t = 1; t <= ROUNDS && fewest > enough; t++) {
            long before = METER.getCurrentThreadAllocatedBytes();
            optimizer.step(t, updates);
            fewest = Math.min(fewest, METER.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }
}
