package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;
import org.isospin.DeviceException;
import org.isospin.ffm.cuda.Cublas;
import org.isospin.ffm.cuda.CudaDriver;
import org.isospin.ffm.cuda.CudaRuntime;

/** Turns what CUDA's functions return into exceptions that name the call, NVIDIA's own text and the operands. */
final class Status {
    private static final Object[] NOTHING = {};

    private Status() {}

    /** Requires success of a function of the runtime; unlike the one below it leaves no list of operands. */
    static void runtime(int status, String call) {
        if (status != 0) {
            runtime(status, call, NOTHING);
        }
    }

    /**
     * Requires success of a function of the runtime.
     *
     * @param status what it returned
     * @param call its name
     * @param operands what it was called with, for the message
     */
    static void runtime(int status, String call, Object... operands) {
        if (status != 0) {
            // An error that is not fetched would be reported by a later call.
            CudaRuntime.cudaGetLastError();
            throw failure(
                    status,
                    call,
                    text(CudaRuntime.cudaGetErrorName(status)),
                    text(CudaRuntime.cudaGetErrorString(status)),
                    operands);
        }
    }

    /**
     * Requires success of a function of the runtime that moves, clears or allocates memory.
     *
     * @param status what it returned
     * @param call its name
     * @param bytes how much
     * @param what what happens to them, for the message
     */
    static void bytes(int status, String call, long bytes, String what) {
        if (status != 0) {
            runtime(status, call, bytes + " bytes " + what);
        }
    }

    static void driver(int status, String call, Object... operands) {
        if (status != 0) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment out = arena.allocate(CudaRuntime.C_POINTER);
                int named = CudaDriver.cuGetErrorName(status, out);
                String name = named == 0 ? text(out.get(CudaRuntime.C_POINTER, 0)) : "";
                int told = CudaDriver.cuGetErrorString(status, out);
                throw failure(status, call, name, told == 0 ? text(out.get(CudaRuntime.C_POINTER, 0)) : "", operands);
            }
        }
    }

    static void cublas(int status, String call, Object... operands) {
        if (status != 0) {
            throw failure(
                    status,
                    call,
                    text(Cublas.cublasGetStatusName(status)),
                    text(Cublas.cublasGetStatusString(status)),
                    operands);
        }
    }

    /** cuSOLVER has no texts of its own. */
    static void cusolver(int status, String call, Object... operands) {
        if (status != 0) {
            String name = switch (status) {
                case 1 -> "CUSOLVER_STATUS_NOT_INITIALIZED";
                case 2 -> "CUSOLVER_STATUS_ALLOC_FAILED";
                case 3 -> "CUSOLVER_STATUS_INVALID_VALUE";
                case 4 -> "CUSOLVER_STATUS_ARCH_MISMATCH";
                case 6 -> "CUSOLVER_STATUS_EXECUTION_FAILED";
                case 7 -> "CUSOLVER_STATUS_INTERNAL_ERROR";
                case 9 -> "CUSOLVER_STATUS_NOT_SUPPORTED";
                default -> "";
            };
            throw failure(status, call, name, "", operands);
        }
    }

    private static DeviceException failure(int status, String call, String name, String text, Object... operands) {
        StringBuilder message =
                new StringBuilder(call).append(" failed with status ").append(status);
        String reason = name.isEmpty() || text.isEmpty() ? name + text : name + ": " + text;
        if (!reason.isEmpty()) {
            message.append(" (").append(reason).append(')');
        }
        StringJoiner list = new StringJoiner("; ");
        for (Object operand : operands) {
            list.add(operand.toString());
        }
        if (list.length() > 0) {
            message.append(" on ").append(list);
        }
        return new DeviceException(call, status, message.toString());
    }

    private static String text(MemorySegment address) {
        return address.equals(MemorySegment.NULL) ? "" : address.getString(0, StandardCharsets.UTF_8);
    }
}
