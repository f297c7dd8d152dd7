package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Operation.Problem;
import org.isospin.properties.StandInKnobs.Knob;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a call on host matrices leaves on the heap with the CUDA backend: what it leaves on any backend, and an address for each call
 * of CUDA's libraries that it makes, whatever the shape. The stand-in counts those calls.
 */
class CudaGarbageTest {
    /** Bytes of a call on any backend, as {@link OperationGarbageTest} has it. */
    private static final long MOST_BYTES = 512;

    /**
     * Bytes for each call of a library: one address, an object of a header of 12 bytes, a reference, two longs and a boolean. Most
     * calls take two or three, of which the compiler keeps all but one off the heap.
     */
    private static final long BYTES_OF_AN_ADDRESS = 40;

    private static final int SMALL = 12;

    /** Of more panels than one. */
    private static final int LARGE = 96;

    /** Calls before the last look at the meter: code that is not compiled yet boxes. */
    private static final int ROUNDS = 400;

    private static final ThreadMXBean METER = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @BeforeEach
    void needsTheStandIn() {
        StandInKnobs.assume();
    }

    static Stream<Operation> withOutputs() {
        return Operations.ofContext().stream().filter(o -> o.results() == Operation.Results.TO_OUTPUTS);
    }

    @ParameterizedTest
    @MethodSource("withOutputs")
    void isAnAddressForEachCallOfALibraryWhateverTheShape(Operation operation) {
        try (Arena arena = Arena.ofConfined()) {
            check(new Call(arena, operation, SMALL));
            check(new Call(arena, operation, LARGE));
        }
    }

    private static void check(Call call) {
        long excess = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && excess > 0; round++) {
            excess = Math.min(excess, call.excess());
        }
        assertThat(excess).as("bytes too many of %s", call).isLessThanOrEqualTo(0);
    }

    /** A call with operands at hand. */
    private static final class Call {
        private final Isospin iso = Backends.shared(Backends.CUDA);
        private final Operation operation;
        private final String name;
        private final Matrix[] inputs;
        private final Matrix[] outputs;

        Call(Arena arena, Operation operation, int n) {
            this.operation = operation;
            name = operation + ", n = " + n;
            Problem problem = operation.problems().make(n, n, 1);
            inputs = Runs.matrices(Runs.inputs(arena, Layout.OFF_HEAP_STRIDED, problem, DType.F32));
            outputs = Runs.matrices(Runs.outputs(arena, Layout.OFF_HEAP_STRIDED, problem, DType.F32));
        }

        /** {@return bytes of a call beyond what it may leave} */
        long excess() {
            int calls = StandInKnobs.count(Knob.CALLS);
            long before = METER.getCurrentThreadAllocatedBytes();
            operation.body().run(iso, inputs, outputs);
            long bytes = METER.getCurrentThreadAllocatedBytes() - before;
            calls = StandInKnobs.count(Knob.CALLS) - calls;
            assertThat(calls).as("calls of libraries by %s", name).isPositive();
            return bytes - MOST_BYTES - BYTES_OF_AN_ADDRESS * calls;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
