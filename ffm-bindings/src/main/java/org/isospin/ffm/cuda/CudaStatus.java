package org.isospin.ffm.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.NullMarked;

/**
 * Whether CUDA can be used in this JVM; answered once, before any generated binding is touched.
 *
 * @param isUsable whether libraries, driver and at least one device are there
 * @param devices the names of the devices; empty if it is not usable
 * @param driver the newest CUDA version that the driver supports, like 13.0; empty if there is no driver
 * @param runtime the version of the runtime library; empty if it was not found
 * @param origin where the libraries came from; empty if they were not found
 * @param reason why it is not usable, in one sentence; empty if it is
 */
@NullMarked
public record CudaStatus(
        boolean isUsable, List<String> devices, String driver, String runtime, String origin, String reason) {
    private static final int SUCCESS = 0;
    private static final int NO_DRIVER = 35;
    private static final int NO_DEVICE = 100;
    private static final int LONGEST_NAME = 256;

    /** A version is 1000 · major + 10 · minor. */
    private static final int MAJOR = 1000;

    private static final int MINOR = 10;

    /** Asks once. */
    private static final class Once {
        static final CudaStatus STATUS = ask();
    }

    /** {@return the answer; never throws} */
    public static CudaStatus get() {
        return Once.STATUS;
    }

    /** What the libraries tell of versions; empty where they tell nothing. */
    private record Versions(String driver, String runtime) {
        static final Versions NONE = new Versions("", "");

        static Versions ask(Arena arena) {
            return new Versions(
                    version(CudaRuntime::cudaDriverGetVersion, arena),
                    version(CudaRuntime::cudaRuntimeGetVersion, arena));
        }

        private static String version(ToIntFunction<MemorySegment> call, Arena arena) {
            // Where a call fails it may leave its output untouched: every one starts at a value of ours.
            MemorySegment out = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
            int version = call.applyAsInt(out) == SUCCESS ? out.get(ValueLayout.JAVA_INT, 0) : 0;
            return version == 0 ? "" : version / MAJOR + "." + version % MAJOR / MINOR;
        }
    }

    private static CudaStatus unusable(Versions versions, String origin, String reason) {
        return new CudaStatus(false, List.of(), versions.driver, versions.runtime, origin, reason);
    }

    private static CudaStatus ask() {
        CudaLibraries.Loaded loaded = CudaLibraries.loaded();
        if (!loaded.reason().isEmpty()) {
            return unusable(Versions.NONE, "", loaded.reason());
        }
        try (Arena arena = Arena.ofConfined()) {
            return ask(loaded.origin(), Versions.ask(arena), arena);
        } catch (RuntimeException | LinkageError e) {
            // The initialiser of a generated holder fails where its symbol is missing; its cause has the name.
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return unusable(
                    Versions.NONE, loaded.origin(), "the CUDA libraries lack a function: " + cause.getMessage());
        }
    }

    private static CudaStatus ask(String origin, Versions versions, Arena arena) {
        MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
        int status = CudaRuntime.cudaGetDeviceCount(count);
        if (status != SUCCESS) {
            return unusable(versions, origin, failure(status, versions));
        }
        int devices = count.get(ValueLayout.JAVA_INT, 0);
        if (devices == 0) {
            return unusable(versions, origin, failure(NO_DEVICE, versions));
        }
        int initialised = CudaDriver.cuInit(0);
        if (initialised != SUCCESS) {
            return unusable(versions, origin, "cuInit failed with status " + initialised);
        }
        List<String> names = new ArrayList<>();
        for (int device = 0; device < devices; device++) {
            names.add(name(device, arena));
        }
        return new CudaStatus(true, List.copyOf(names), versions.driver, versions.runtime, origin, "");
    }

    private static String failure(int status, Versions versions) {
        return switch (status) {
            case NO_DRIVER ->
                versions.driver.isEmpty()
                        ? "no NVIDIA driver is installed"
                        : "the NVIDIA driver, of CUDA " + versions.driver + ", is too old for the CUDA runtime "
                                + versions.runtime;
            case NO_DEVICE -> "CUDA sees no device";
            default -> "cudaGetDeviceCount failed with status " + status;
        };
    }

    /** The device's name by {@code cuDeviceGetName}, which is not among the generated bindings, or its number. */
    private static String name(int device, Arena arena) {
        Optional<MemorySegment> symbol =
                CudaLibraries.lookup(CudaLibraries.Library.DRIVER).find("cuDeviceGetName");
        MemorySegment name = arena.allocate(LONGEST_NAME);
        if (symbol.isPresent()) {
            try {
                MethodHandle handle = Linker.nativeLinker()
                        .downcallHandle(
                                symbol.get(),
                                FunctionDescriptor.of(
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.ADDRESS,
                                        ValueLayout.JAVA_INT,
                                        ValueLayout.JAVA_INT));
                if ((int) handle.invokeExact(name, LONGEST_NAME, device) == SUCCESS) {
                    return name.getString(0, StandardCharsets.UTF_8);
                }
            } catch (Throwable e) {
                throw new AssertionError("cuDeviceGetName throws nothing", e);
            }
        }
        return "device " + device;
    }
}
