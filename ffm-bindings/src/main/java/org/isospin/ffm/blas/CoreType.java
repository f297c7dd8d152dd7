package org.isospin.ffm.blas;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which kernels OpenBLAS runs. It chooses by the model of the processor and falls back to the oldest kernels for an Intel model that
 * is newer than itself; then a comparison would be with SSE3. What the environment variable OPENBLAS_CORETYPE says goes first.
 */
final class CoreType {
    private static final String VARIABLE = "OPENBLAS_CORETYPE";

    private CoreType() {}

    /** Sets the variable of this process, before the library is loaded, where it is not set and the processor is Intel's. */
    static void choose() {
        if (System.getenv(VARIABLE) != null) {
            return;
        }
        Path description = Path.of("/proc/cpuinfo");
        try {
            of(Files.readString(description)).ifPresent(CoreType::set);
        } catch (IOException _) {
            // Not Linux: OpenBLAS chooses alone.
        }
    }

    /**
     * {@return the newest kernels that a processor can run, where OpenBLAS may not know its model}
     *
     * @param cpuinfo what Linux tells of it
     */
    static Optional<String> of(String cpuinfo) {
        if (!cpuinfo.contains("GenuineIntel")) {
            return Optional.empty();
        }
        Set<String> flags = new HashSet<>();
        cpuinfo.lines()
                .filter(line -> line.startsWith("flags"))
                .findFirst()
                .ifPresent(line -> Collections.addAll(
                        flags, line.substring(line.indexOf(':') + 1).strip().split(" +")));
        if (flags.containsAll(Set.of("avx512f", "avx512bw", "avx512dq", "avx512vl"))) {
            return Optional.of("SkylakeX");
        }
        return flags.containsAll(Set.of("avx2", "fma")) ? Optional.of("Haswell") : Optional.empty();
    }

    private static void set(String type) {
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup().find("setenv").ifPresent(symbol -> {
            try (Arena arena = Arena.ofConfined()) {
                MethodHandle setenv = linker.downcallHandle(
                        symbol,
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
                int _ = (int) setenv.invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom(type), 0);
            } catch (Throwable e) {
                throw new AssertionError("setenv throws nothing", e);
            }
        });
    }
}
