package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.isospin.ffm.cuda.CudaRuntime;
import org.isospin.ffm.cuda.CudaStatus;

/** The knobs and counters of the stand-in, in the order of its {@code memory.h}. */
final class StandInKnobs {
    private static final int FIRST = 10000;

    /** What can be made to fail, what is alive, and what was called. */
    enum Knob {
        FAIL_ALLOCATION,
        FAIL_LAUNCH,
        FAIL_COPY,
        FAIL_BLAS,
        FAIL_SOLVER,
        BLOCKS,
        PINNED,
        STREAMS,
        EVENTS,
        HANDLES,
        MODULES,
        LOST,
        LAUNCHES,
        WAITS,
        COPIES,
        HOST_COPIES,
        POLARS,
        /** Modules that were loaded, or would not load. */
        LOADS,
        /** Calls of any kind, but for those of knobs and those that only tell a size or set a property. */
        CALLS,
        BYTES,
        SOLVER_VERSION,
        /** Whether nothing can be pinned. */
        NOTHING_PINNED,
        /** Whether no module can be loaded. */
        NOTHING_LOADED
    }

    private StandInKnobs() {}

    /** Skips a test that needs the stand-in where it is not in use, unless it must be. */
    static void assume() {
        Optional<String> reason = Backends.whyCudaIsMissing();
        assumeTrue(reason.isEmpty(), () -> "needs the CUDA stand-in: " + reason.orElse(""));
        assumeTrue(
                CudaStatus.get().devices().contains("stand-in") || System.getenv("ISOSPIN_TEST_GPU") == null,
                "needs the CUDA stand-in, and a GPU is in use");
        assertThat(CudaStatus.get().devices()).containsExactly("stand-in", "stand-in 1");
    }

    /** Makes the n-th call of a kind from now fail; 0: none. */
    static void fail(Knob kind, int n) {
        set(kind, n);
    }

    static void set(Knob kind, int n) {
        try (Arena arena = Arena.ofConfined()) {
            CudaRuntime.cudaMemPoolSetAttribute(
                    MemorySegment.NULL, FIRST + kind.ordinal(), arena.allocateFrom(ValueLayout.JAVA_INT, n));
        }
    }

    static int count(Knob kind) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ValueLayout.JAVA_INT);
            CudaRuntime.cudaDeviceGetAttribute(out, FIRST + kind.ordinal(), 0);
            return out.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /** {@return how many of everything that must be freed there are} */
    static Map<Knob, Integer> alive() {
        Map<Knob, Integer> counts = new EnumMap<>(Knob.class);
        for (Knob kind : Knob.values()) {
            if (kind.compareTo(Knob.BLOCKS) >= 0 && kind.compareTo(Knob.LOST) <= 0) {
                counts.put(kind, count(kind));
            }
        }
        return counts;
    }
}
