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
import org.jspecify.annotations.NullMarked;

/**
 * Whether CUDA can be used in this JVM; answered once, before any generated binding is touched.
 *
 * @param isUsable whether libraries, driver and at least one device are there
 * @param devices the names of the devices; empty if it is not usable
 * @param origin where the libraries came from; empty if they were not found
 * @param reason why it is not usable, in one sentence; empty if it is
 */
@NullMarked
public record CudaStatus(boolean isUsable, List<String> devices, String origin, String reason) {
    private static final int SUCCESS = 0;
    private static final int NO_DRIVER = 35;
    private static final int NO_DEVICE = 100;
    private static final int LONGEST_NAME = 256;

    /** Asks once. */
    private static final class Once {
        static final CudaStatus STATUS = ask();
    }

    /** {@return the answer; never throws} */
    public static CudaStatus get() {
        return Once.STATUS;
    }

    private static CudaStatus unusable(String origin, String reason) {
        return new CudaStatus(false, List.of(), origin, reason);
    }

    private static CudaStatus ask() {
        CudaLibraries.Loaded loaded = CudaLibraries.loaded();
        if (!loaded.reason().isEmpty()) {
            return unusable("", loaded.reason());
        }
        try (Arena arena = Arena.ofConfined()) {
            // Where a call fails it may leave its output untouched: every one starts at a value of ours.
            MemorySegment count = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
            int status = CudaRuntime.cudaGetDeviceCount(count);
            if (status != SUCCESS) {
                return unusable(loaded.origin(), failure(status, arena));
            }
            int devices = count.get(ValueLayout.JAVA_INT, 0);
            if (devices == 0) {
                return unusable(loaded.origin(), "CUDA sees no device");
            }
            int initialised = CudaDriver.cuInit(0);
            if (initialised != SUCCESS) {
                return unusable(loaded.origin(), "cuInit failed with status " + initialised);
            }
            List<String> names = new ArrayList<>();
            for (int device = 0; device < devices; device++) {
                names.add(name(device, arena));
            }
            return new CudaStatus(true, List.copyOf(names), loaded.origin(), "");
        } catch (RuntimeException | LinkageError e) {
            return unusable(loaded.origin(), "the CUDA libraries lack a function: " + e.getMessage());
        }
    }

    private static String failure(int status, Arena arena) {
        return switch (status) {
            case NO_DRIVER -> {
                MemorySegment version = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
                boolean isInstalled = CudaRuntime.cudaDriverGetVersion(version) == SUCCESS
                        && version.get(ValueLayout.JAVA_INT, 0) != 0;
                yield isInstalled
                        ? "the NVIDIA driver is too old for the CUDA runtime"
                        : "no NVIDIA driver is installed";
            }
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
