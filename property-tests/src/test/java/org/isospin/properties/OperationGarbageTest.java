package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Operation.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a call with given outputs leaves on the heap: a few objects, whatever the shape. */
class OperationGarbageTest extends OnEveryBackend {
    private static final long MOST_BYTES = 512;

    /** Calls between two looks at the meter. */
    private static final int CALLS = 5;

    /** Looks at the meter, times n, until the code must have been compiled: an interpreter's boxes are not meant. */
    private static final int ROUNDS = 64_000;

    private static final ThreadMXBean METER = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<Subject> withOutputs() {
        return subjects()
                .filter(s -> s.dtype() == s.dtype().computeType()
                        && !s.backend().equals(Backends.DEFERRED)
                        && s.operation().results() == Operation.Results.TO_OUTPUTS);
    }

    @ParameterizedTest
    @MethodSource("withOutputs")
    void leavesAFewObjectsWhateverTheShape(Subject subject) {
        check(subject, 128, Layout.HEAP);
        check(subject, 16, Layout.HEAP);
        check(subject, 128, Layout.OFF_HEAP_STRIDED);
    }

    private static void check(Subject subject, int n, Layout layout) {
        assertThat(bytesPerCall(subject, n, layout))
                .as("bytes per call of %s, n = %d, %s", subject, n, layout)
                .isLessThanOrEqualTo(MOST_BYTES);
    }

    private static long bytesPerCall(Subject subject, int n, Layout layout) {
        Problem problem = subject.operation().problems().make(n, n, 1);
        Isospin context = subject.context().withThreads(1);
        try (Arena arena = Arena.ofConfined()) {
            Matrix[] inputs = Runs.matrices(Runs.inputs(arena, layout, problem, subject.dtype()));
            Matrix[] outputs = Runs.matrices(Runs.outputs(arena, layout, problem, subject.dtype()));
            long fewest = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS / n && fewest > MOST_BYTES; round++) {
                long before = METER.getCurrentThreadAllocatedBytes();
                for (int call = 0; call < CALLS; call++) {
                    subject.operation().body().run(context, inputs, outputs);
                }
                fewest = Math.min(fewest, (METER.getCurrentThreadAllocatedBytes() - before) / CALLS);
            }
            return fewest;
        }
    }
}
