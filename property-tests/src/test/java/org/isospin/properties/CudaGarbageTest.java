package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Operation.Problem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a call on host matrices leaves on the heap with the CUDA backend: an address or two for each call of a library, and of
 * large operands no more than of small ones. Code may be interpreted here, which boxes: what compiled code leaves is a fraction
 * of it, and {@link OperationGarbageTest}'s to measure, where that is asked to run on cuda.
 */
class CudaGarbageTest {
    /** Bytes of a call of msign: 15 products of three addresses of 48 bytes each, and a dozen scalars; with boxes, twice that. */
    private static final long MOST_BYTES = 8192;

    private static final int SMALL = 12;

    private static final int LARGE = 160;

    private static final int ROUNDS = 60;

    private static final ThreadMXBean METER = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @BeforeEach
    void needsTheStandIn() {
        StandInKnobs.assume();
    }

    @ParameterizedTest
    @ValueSource(strings = {"multiply", "msign Keller Jordan", "exp"}) // whose products are as many for any order
    void ofALargeMatrixIsNoMoreThanOfASmallOne(String name) {
        Operation operation = Operations.ofContext().stream()
                .filter(o -> o.name().equals(name))
                .findFirst()
                .orElseThrow();
        Isospin iso = Backends.shared(Backends.CUDA);
        try (Arena arena = Arena.ofConfined()) {
            long small = fewestBytes(iso, operation, arena, SMALL);
            long large = fewestBytes(iso, operation, arena, LARGE);
            assertThat(large).isLessThanOrEqualTo(MOST_BYTES);
            assertThat(large).isLessThanOrEqualTo(small);
        }
    }

    private static long fewestBytes(Isospin iso, Operation operation, Arena arena, int n) {
        Problem problem = operation.problems().make(n, n, 1);
        List<Placed> in = Runs.inputs(arena, Layout.OFF_HEAP_STRIDED, problem, DType.F32);
        List<Placed> out = Runs.outputs(arena, Layout.OFF_HEAP_STRIDED, problem, DType.F32);
        Matrix[] inputs = Runs.matrices(in);
        Matrix[] outputs = Runs.matrices(out);
        long fewest = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = METER.getCurrentThreadAllocatedBytes();
            operation.body().run(iso, inputs, outputs);
            fewest = Math.min(fewest, METER.getCurrentThreadAllocatedBytes() - before);
        }
        return fewest;
    }
}
