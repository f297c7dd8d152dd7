package org.isospin.gpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.isospin.ffm.cuda.CudaDriver;
import org.isospin.ffm.cuda.CudaRuntime;

/** Our own kernels, loaded into the current context: PTX that the driver compiles for the device at hand. See {@link KernelModules}. */
final class KernelModule implements AutoCloseable {
    /** The PTX, made of {@code kernels.cu}. */
    static final String RESOURCE = "kernels.ptx";

    private final MemorySegment module;
    private final Map<Kernel, MemorySegment> functions = new EnumMap<>(Kernel.class);

    KernelModule() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(CudaRuntime.C_POINTER);
            byte[] ptx = ptx();
            // The driver reads to a zero byte, which fresh memory ends with.
            MemorySegment image = arena.allocate(ptx.length + 1L);
            image.copyFrom(MemorySegment.ofArray(ptx));
            Status.driver(CudaDriver.cuModuleLoadData(out, image), "cuModuleLoadData", RESOURCE);
            module = out.get(CudaRuntime.C_POINTER, 0);
            for (Kernel kernel : Kernel.values()) {
                int status = CudaDriver.cuModuleGetFunction(out, module, arena.allocateFrom(kernel.symbol()));
                if (status != 0) {
                    close();
                }
                Status.driver(status, "cuModuleGetFunction", kernel.symbol());
                functions.put(kernel, out.get(CudaRuntime.C_POINTER, 0));
            }
        }
    }

    static byte[] ptx() {
        try (InputStream in = KernelModule.class.getResourceAsStream(RESOURCE)) {
            return Objects.requireNonNull(in, RESOURCE).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    MemorySegment function(Kernel kernel) {
        return Objects.requireNonNull(functions.get(kernel));
    }

    @Override
    public void close() {
        CudaDriver.cuModuleUnload(module);
    }
}
