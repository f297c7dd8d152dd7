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

/**
 * What a call of a method of the context with given outputs leaves on the heap: a few objects, whatever the shape. On a device it
 * is more, and {@link CudaGarbageTest} has it.
 */
class OperationGarbageTest extends OnEveryBackend {
    private static final long MOST_BYTES = 512;

    private static final int SMALL = 16;
    private static final int LARGE = 128;

    /** Calls between two looks at the meter. */
    private static final int CALLS = 10;

    /**
     * Looks at the meter before the last. What is not meant are the boxes of code that is not compiled yet, and some kernels
     * run but once a call: it takes thousands of calls until the compiler has seen them, small ones where large ones alone
     * would take too long.
     */
    private static final int ROUNDS = 300;

    /** Rounds without small calls. */
    private static final int ROUNDS_WITHOUT = 100;

    /** Small calls in each of the others. */
    private static final int SMALL_CALLS = 200;

    private static final ThreadMXBean METER = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static Stream<Subject> withOutputs() {
        return subjects()
                .filter(s -> s.dtype() == s.dtype().computeType()
                        && !s.backend().equals(Backends.DEFERRED)
                        && !s.backend().equals(Backends.CUDA)
                        && s.operation().results() == Operation.Results.TO_OUTPUTS
                        && Operations.isOfContext(s.operation()));
    }

    @ParameterizedTest
    @MethodSource("withOutputs")
    void leavesAFewObjectsWhateverTheShape(Subject subject) {
        try (Arena arena = Arena.ofConfined()) {
            Call small = new Call(arena, subject, SMALL, Layout.HEAP);
            check(new Call(arena, subject, LARGE, Layout.HEAP), small);
            check(new Call(arena, subject, LARGE, Layout.OFF_HEAP_STRIDED), small);
            check(small, small);
        }
    }

    private static void check(Call call, Call small) {
        long fewest = call.bytes();
        for (int round = 0; round < ROUNDS && fewest > MOST_BYTES; round++) {
            for (int i = 0; i < SMALL_CALLS && round >= ROUNDS_WITHOUT; i++) {
                small.run();
            }
            fewest = Math.min(fewest, call.bytes());
        }
        assertThat(fewest).as("bytes per call of %s", call).isLessThanOrEqualTo(MOST_BYTES);
    }

    /** A call with operands at hand. */
    private static final class Call {
        private final Subject subject;
        private final String name;
        private final Isospin context;
        private final Matrix[] inputs;
        private final Matrix[] outputs;

        Call(Arena arena, Subject subject, int n, Layout layout) {
            this.subject = subject;
            name = subject + ", n = " + n + ", " + layout;
            context = subject.context().withThreads(1);
            Problem problem = subject.operation().problems().make(n, n, 1);
            inputs = Runs.matrices(Runs.inputs(arena, layout, problem, subject.dtype()));
            outputs = Runs.matrices(Runs.outputs(arena, layout, problem, subject.dtype()));
        }

        @Override
        public String toString() {
            return name;
        }

        void run() {
            subject.operation().body().run(context, inputs, outputs);
        }

        /** {@return the heap bytes of a call} */
        long bytes() {
            run();
            long before = METER.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < CALLS; call++) {
                run();
            }
            return (METER.getCurrentThreadAllocatedBytes() - before) / CALLS;
        }
    }
}
