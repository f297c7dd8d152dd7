package org.isospin.ffm.blas;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.isospin.ffm.NativeLibrary;

/**
 * The BLAS and LAPACK routines of an installed OpenBLAS that benchmarks compare with.
 *
 * <p>Matrices are dense, square, column-major native memory of F32 or F64; a row-major matrix is its own transpose there. Its
 * multi-threaded LU overruns the default stack of a JVM thread: call it on a thread with 64 MiB of stack.
 */
public final class OpenBlas {
    private static final List<String> CANDIDATES = List.of(
            "libopenblas.so.0", "libopenblas.so", "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0");

    private static final int COLUMN_MAJOR = 102;
    private static final int NO_TRANSPOSE = 111;
    private static final int TRANSPOSE = 112;

    private final NativeLibrary library;
    private final Precision precision;
    private final int n;
    private final MethodHandle gemm;
    private final MethodHandle gesv;
    private final MethodHandle getrf;
    private final MethodHandle getri;
    private final MethodHandle geqrf;
    private final MethodHandle orgqr;
    private final MethodHandle gesdd;
    private final MemorySegment order;
    private final MemorySegment info;
    private final MemorySegment pivots;
    private final MemorySegment tau;
    private final MemorySegment workspace;
    private final MemorySegment workspaceLength;
    private final MemorySegment integers;
    private final MemorySegment none;

    /** The types that there are routines for. */
    public enum Precision {
        /** Binary32. */
        SINGLE("s"),
        /** Binary64. */
        DOUBLE("d");

        private final String prefix;

        Precision(String prefix) {
            this.prefix = prefix;
        }

        /** {@return the layout of an element} */
        public MemoryLayout layout() {
            return this == SINGLE ? ValueLayout.JAVA_FLOAT : ValueLayout.JAVA_DOUBLE;
        }
    }

    /** Opens once. */
    private static final class Once {
        static final Found FOUND = search();
    }

    private record Found(NativeLibrary library, String reason) {}

    private static Found search() {
        List<String> reasons = new ArrayList<>();
        for (String candidate : CANDIDATES) {
            NativeLibrary library = NativeLibrary.open(candidate);
            if (library.isOpen()) {
                return new Found(library, "");
            }
            reasons.add(library.reason());
        }
        return new Found(NativeLibrary.open(CANDIDATES.getFirst()), reasons.getFirst());
    }

    /** {@return why there is no OpenBLAS here; empty if there is one} */
    public static String reason() {
        return Once.FOUND.reason();
    }

    /** {@return version, kernels and threading model, as the library tells them; empty if there is none} */
    public static String configuration() {
        return Once.FOUND
                .library()
                .find("openblas_get_config")
                .map(symbol -> {
                    try {
                        MethodHandle handle = Linker.nativeLinker()
                                .downcallHandle(symbol, FunctionDescriptor.of(ValueLayout.ADDRESS));
                        MemorySegment text = (MemorySegment) handle.invokeExact();
                        return text.reinterpret(Long.MAX_VALUE)
                                .getString(0, StandardCharsets.US_ASCII)
                                .strip();
                    } catch (Throwable e) {
                        throw new AssertionError("openblas_get_config throws nothing", e);
                    }
                })
                .orElse("");
    }

    /**
     * Sets the number of threads of the whole library.
     *
     * @param threads at least 1
     */
    public static void setThreads(int threads) {
        MemorySegment symbol =
                Once.FOUND.library().find("openblas_set_num_threads").orElseThrow();
        try {
            MethodHandle handle =
                    Linker.nativeLinker().downcallHandle(symbol, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
            handle.invokeExact(threads);
        } catch (Throwable e) {
            throw new AssertionError("openblas_set_num_threads throws nothing", e);
        }
    }

    /**
     * Prepares calls on square matrices of one order.
     *
     * @param precision their type
     * @param n their order
     * @param arena owns the workspace
     * @throws IllegalStateException if there is no OpenBLAS here
     */
    public OpenBlas(Precision precision, int n, Arena arena) {
        if (!reason().isEmpty()) {
            throw new IllegalStateException("no OpenBLAS: " + reason());
        }
        this.library = Once.FOUND.library();
        this.precision = precision;
        this.n = n;
        var pointer = ValueLayout.ADDRESS;
        var integer = ValueLayout.JAVA_INT;
        MemoryLayout element = precision.layout();
        gemm = bind(
                "cblas_" + precision.prefix + "gemm",
                integer,
                integer,
                integer,
                integer,
                integer,
                integer,
                element,
                pointer,
                integer,
                pointer,
                integer,
                element,
                pointer,
                integer);
        gesv = bind(precision.prefix + "gesv_", pointers(8));
        getrf = bind(precision.prefix + "getrf_", pointers(6));
        getri = bind(precision.prefix + "getri_", pointers(7));
        geqrf = bind(precision.prefix + "geqrf_", pointers(8));
        orgqr = bind(precision.prefix + "orgqr_", pointers(9));
        gesdd = bind(precision.prefix + "gesdd_", pointers(14));
        order = arena.allocateFrom(ValueLayout.JAVA_INT, n);
        info = arena.allocateFrom(ValueLayout.JAVA_INT, 0);
        pivots = arena.allocate(ValueLayout.JAVA_INT, n);
        integers = arena.allocate(ValueLayout.JAVA_INT, 8L * n);
        tau = arena.allocate(element, n);
        // More than any of these routines asks for: gesdd without vectors wants 7n, the blocked ones 64n.
        long length = 128L * n + 1024;
        workspace = arena.allocate(element, length);
        workspaceLength = arena.allocateFrom(ValueLayout.JAVA_INT, (int) length);
        none = arena.allocateFrom("N");
    }

    private static MemoryLayout[] pointers(int count) {
        MemoryLayout[] layouts = new MemoryLayout[count];
        java.util.Arrays.fill(layouts, ValueLayout.ADDRESS);
        return layouts;
    }

    private MethodHandle bind(String name, MemoryLayout... parameters) {
        MemorySegment symbol =
                library.find(name).orElseThrow(() -> new IllegalStateException(library.path() + " lacks " + name));
        return Linker.nativeLinker().downcallHandle(symbol, FunctionDescriptor.ofVoid(parameters));
    }

    /** Whether an operand of a product is transposed. */
    public enum Operand {
        /** As it is. */
        PLAIN(NO_TRANSPOSE),
        /** Transposed. */
        TRANSPOSED(TRANSPOSE);

        private final int code;

        Operand(int code) {
            this.code = code;
        }
    }

    /**
     * c ← op(a)·op(b).
     *
     * @param opA whether a is transposed
     * @param a n × n
     * @param opB whether b is transposed
     * @param b n × n
     * @param c n × n
     */
    public void gemm(Operand opA, MemorySegment a, Operand opB, MemorySegment b, MemorySegment c) {
        try {
            if (precision == Precision.SINGLE) {
                gemm.invokeExact(COLUMN_MAJOR, opA.code, opB.code, n, n, n, 1f, a, n, b, n, 0f, c, n);
            } else {
                gemm.invokeExact(COLUMN_MAJOR, opA.code, opB.code, n, n, n, 1.0, a, n, b, n, 0.0, c, n);
            }
        } catch (Throwable e) {
            throw new AssertionError("gemm throws nothing", e);
        }
    }

    /**
     * b ← a⁻¹·b by LU; a is destroyed.
     *
     * @param a n × n
     * @param b n × n
     */
    public void solve(MemorySegment a, MemorySegment b) {
        try {
            gesv.invokeExact(order, order, a, order, pivots, b, order, info);
        } catch (Throwable e) {
            throw new AssertionError("gesv throws nothing", e);
        }
        check("gesv");
    }

    /**
     * a ← a⁻¹ by LU.
     *
     * @param a n × n
     */
    public void invert(MemorySegment a) {
        try {
            getrf.invokeExact(order, order, a, order, pivots, info);
            check("getrf");
            getri.invokeExact(order, a, order, pivots, workspace, workspaceLength, info);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("getri throws nothing", e);
        }
        check("getri");
    }

    /**
     * a ← the Q of its QR decomposition.
     *
     * @param a n × n
     */
    public void orthonormalise(MemorySegment a) {
        try {
            geqrf.invokeExact(order, order, a, order, tau, workspace, workspaceLength, info);
            orgqr.invokeExact(order, order, order, a, order, tau, workspace, workspaceLength, info);
        } catch (Throwable e) {
            throw new AssertionError("orgqr throws nothing", e);
        }
        check("orgqr");
    }

    /**
     * values ← the singular values of a, descending; a is destroyed.
     *
     * @param a n × n
     * @param values n elements
     */
    public void singularValues(MemorySegment a, MemorySegment values) {
        try {
            gesdd.invokeExact(
                    none,
                    order,
                    order,
                    a,
                    order,
                    values,
                    a,
                    order,
                    a,
                    order,
                    workspace,
                    workspaceLength,
                    integers,
                    info);
        } catch (Throwable e) {
            throw new AssertionError("gesdd throws nothing", e);
        }
        check("gesdd");
    }

    private void check(String routine) {
        int status = info.get(ValueLayout.JAVA_INT, 0);
        if (status != 0) {
            throw new ArithmeticException(precision.prefix + routine + " failed with info " + status);
        }
    }
}
