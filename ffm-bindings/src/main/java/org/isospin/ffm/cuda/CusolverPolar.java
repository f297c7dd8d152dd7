package org.isospin.ffm.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.NullMarked;

/**
 * {@code cusolverDnXpolar}, the polar decomposition of cuSOLVER, which is newer than the headers that the generated bindings
 * were made of: it came with CUDA 13.2 Update 1, and 13.3 Update 1 made it accurate where a matrix is badly conditioned.
 */
@NullMarked
public final class CusolverPolar {
    /** What {@code cusolverGetVersion} tells of 13.3 Update 1. */
    private static final int ACCURATE = 12206;

    private CusolverPolar() {}

    /** The functions; made on first use, where both symbols are there. */
    private static final class Linkage {
        static final MethodHandle BUFFER_SIZE = bind(
                "cusolverDnXpolar_bufferSize",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS));
        static final MethodHandle POLAR = bind(
                "cusolverDnXpolar",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS));

        private static MethodHandle bind(String name, FunctionDescriptor type) {
            return Linker.nativeLinker().downcallHandle(lookup().findOrThrow(name), type);
        }
    }

    private static SymbolLookup lookup() {
        return CudaLibraries.lookup(CudaLibraries.Library.CUSOLVER);
    }

    /** {@return whether the library at hand has it, and in an accurate version; never throws where CUDA is usable} */
    public static boolean isAccurate() {
        if (lookup().find("cusolverDnXpolar").isEmpty()
                || lookup().find("cusolverDnXpolar_bufferSize").isEmpty()) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment version = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
            return CusolverDn.cusolverGetVersion(version) == 0 && version.get(ValueLayout.JAVA_INT, 0) >= ACCURATE;
        }
    }

    /**
     * Asks for the bytes of both workspaces; the function of this name in C has what the parameters mean.
     *
     * @param handle handle
     * @param params params
     * @param uplo uplo
     * @param m rows
     * @param n columns
     * @param type the type of A, H and the computation
     * @param a A
     * @param lda its leading dimension
     * @param h H
     * @param ldh its leading dimension
     * @param onDevice receives the bytes on the device
     * @param onHost receives the bytes on the host
     * @return status
     */
    public static int bufferSize(
            MemorySegment handle,
            MemorySegment params,
            int uplo,
            long m,
            long n,
            int type,
            MemorySegment a,
            long lda,
            MemorySegment h,
            long ldh,
            MemorySegment onDevice,
            MemorySegment onHost) {
        try {
            return (int) Linkage.BUFFER_SIZE.invokeExact(
                    handle, params, uplo, m, n, type, a, lda, type, h, ldh, type, onDevice, onHost);
        } catch (Throwable e) {
            throw new AssertionError("cusolverDnXpolar_bufferSize throws nothing", e);
        }
    }

    /**
     * A ← U and H of A = U·H; the function of this name in C has what the parameters mean.
     *
     * @param handle handle
     * @param params params
     * @param uplo uplo
     * @param m rows
     * @param n columns
     * @param type the type of A, H and the computation
     * @param a A
     * @param lda its leading dimension
     * @param h H
     * @param ldh its leading dimension
     * @param onDevice workspace on the device
     * @param bytesOnDevice its bytes
     * @param onHost workspace on the host
     * @param bytesOnHost its bytes
     * @param residual receives the residual on the device, F64
     * @param norm receives the Frobenius norm of A on the device, F64
     * @param reciprocal receives an estimate of 1/κ on the device, F64
     * @param info receives what it reports on the device, a 32-bit number
     * @return status
     */
    public static int polar(
            MemorySegment handle,
            MemorySegment params,
            int uplo,
            long m,
            long n,
            int type,
            MemorySegment a,
            long lda,
            MemorySegment h,
            long ldh,
            MemorySegment onDevice,
            long bytesOnDevice,
            MemorySegment onHost,
            long bytesOnHost,
            MemorySegment residual,
            MemorySegment norm,
            MemorySegment reciprocal,
            MemorySegment info) {
        try {
            return (int) Linkage.POLAR.invokeExact(
                    handle,
                    params,
                    uplo,
                    m,
                    n,
                    type,
                    a,
                    lda,
                    type,
                    h,
                    ldh,
                    type,
                    onDevice,
                    bytesOnDevice,
                    onHost,
                    bytesOnHost,
                    residual,
                    norm,
                    reciprocal,
                    info);
        } catch (Throwable e) {
            throw new AssertionError("cusolverDnXpolar throws nothing", e);
        }
    }
}
