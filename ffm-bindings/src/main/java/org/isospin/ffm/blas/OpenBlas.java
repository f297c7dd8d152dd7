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
import org.jspecify.annotations.Nullable;

/**
 * The BLAS and LAPACK routines of an installed OpenBLAS that benchmarks compare with.
 *
 * <p>Matrices are dense, column-major native memory of F32 or F64, square but where a method says otherwise; a row-major matrix is its own transpose there. Its
 * multi-threaded LU overruns the default stack of a JVM thread: call it on a thread with 64 MiB of stack.
 *
 * <p>Opening it sets OPENBLAS_CORETYPE in the environment of this process on processors of Intel, if it is not set: on models newer
 * than itself OpenBLAS would run kernels of 2004.
 */
public final class OpenBlas {
    private static final List<String> CANDIDATES = List.of(
            "libopenblas.so.0", "libopenblas.so", "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0");

    private static final int COLUMN_MAJOR = 102;
    private static final int NO_TRANSPOSE = 111;
    private static final int TRANSPOSE = 112;
    private static final int UPPER = 121;

    private final NativeLibrary library;
    private final Precision precision;
    private final int n;
    private final MethodHandle gemm;
    private final MethodHandle syrk;
    private final MethodHandle axpby;
    private final MethodHandle omatcopy;
    private final MethodHandle gesv;
    private final MethodHandle getrf;
    private final MethodHandle getri;
    private final MethodHandle geqrf;
    private final MethodHandle orgqr;
    private final MethodHandle lacpy;
    private final MethodHandle lange;
    private final MethodHandle gesdd;
    private final MemorySegment order;
    private final MemorySegment info;
    private final MemorySegment pivots;
    private final MemorySegment tau;
    private final MemorySegment workspace;
    private final MemorySegment workspaceLength;
    private final MemorySegment integers;
    private final MemorySegment none;
    private final MemorySegment vectors;
    private final MemorySegment upper;
    private final MemorySegment one;
    private final MemorySegment euclidean;
    private final Arena arena;
    private @Nullable MemorySegment vectorWorkspace;

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
        CoreType.choose();
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
        this.arena = arena;
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
        syrk = bind(
                "cblas_" + precision.prefix + "syrk",
                integer,
                integer,
                integer,
                integer,
                integer,
                element,
                pointer,
                integer,
                element,
                pointer,
                integer);
        axpby = bind(
                "cblas_" + precision.prefix + "axpby", integer, element, pointer, integer, element, pointer, integer);
        omatcopy = bind(
                "cblas_" + precision.prefix + "omatcopy",
                integer,
                integer,
                integer,
                integer,
                element,
                pointer,
                integer,
                pointer,
                integer);
        gesv = bind(precision.prefix + "gesv_", pointers(8));
        getrf = bind(precision.prefix + "getrf_", pointers(6));
        getri = bind(precision.prefix + "getri_", pointers(7));
        geqrf = bind(precision.prefix + "geqrf_", pointers(8));
        orgqr = bind(precision.prefix + "orgqr_", pointers(9));
        lacpy = bind(precision.prefix + "lacpy_", pointers(7));
        lange = bind(precision.prefix + "lange_", FunctionDescriptor.of(element, pointers(6)));
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
        vectors = arena.allocateFrom("S");
        upper = arena.allocateFrom("U");
        one = arena.allocateFrom("1");
        euclidean = arena.allocateFrom("F");
    }

    private static MemoryLayout[] pointers(int count) {
        MemoryLayout[] layouts = new MemoryLayout[count];
        java.util.Arrays.fill(layouts, ValueLayout.ADDRESS);
        return layouts;
    }

    private MethodHandle bind(String name, MemoryLayout... parameters) {
        return bind(name, FunctionDescriptor.ofVoid(parameters));
    }

    private MethodHandle bind(String name, FunctionDescriptor descriptor) {
        MemorySegment symbol =
                library.find(name).orElseThrow(() -> new IllegalStateException(library.path() + " lacks " + name));
        return Linker.nativeLinker().downcallHandle(symbol, descriptor);
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
        gemm(opA, a, opB, b, 0, c);
    }

    /**
     * c ← op(a)·op(b) + β·c.
     *
     * @param opA whether a is transposed
     * @param a n × n
     * @param opB whether b is transposed
     * @param b n × n
     * @param beta β
     * @param c n × n
     */
    public void gemm(Operand opA, MemorySegment a, Operand opB, MemorySegment b, double beta, MemorySegment c) {
        try {
            if (precision == Precision.SINGLE) {
                gemm.invokeExact(COLUMN_MAJOR, opA.code, opB.code, n, n, n, 1f, a, n, b, n, (float) beta, c, n);
            } else {
                gemm.invokeExact(COLUMN_MAJOR, opA.code, opB.code, n, n, n, 1.0, a, n, b, n, beta, c, n);
            }
        } catch (Throwable e) {
            throw new AssertionError("gemm throws nothing", e);
        }
    }

    /**
     * c ← op(a)·op(b) for rectangles without gaps between columns.
     *
     * @param m rows of c
     * @param columns columns of c
     * @param k columns of op(a)
     * @param opA whether a is transposed
     * @param a m × k, or k × m if transposed
     * @param opB whether b is transposed
     * @param b k × columns, or columns × k if transposed
     * @param c m × columns
     */
    public void gemm(
            int m, int columns, int k, Operand opA, MemorySegment a, Operand opB, MemorySegment b, MemorySegment c) {
        int lda = opA == Operand.PLAIN ? m : k;
        int ldb = opB == Operand.PLAIN ? k : columns;
        try {
            if (precision == Precision.SINGLE) {
                gemm.invokeExact(COLUMN_MAJOR, opA.code, opB.code, m, columns, k, 1f, a, lda, b, ldb, 0f, c, m);
            } else {
                gemm.invokeExact(COLUMN_MAJOR, opA.code, opB.code, m, columns, k, 1.0, a, lda, b, ldb, 0.0, c, m);
            }
        } catch (Throwable e) {
            throw new AssertionError("gemm throws nothing", e);
        }
    }

    /**
     * The upper triangle of c ← that of a·aᵀ; the rest of c stays.
     *
     * @param a n × n
     * @param c n × n
     */
    public void syrk(MemorySegment a, MemorySegment c) {
        try {
            if (precision == Precision.SINGLE) {
                syrk.invokeExact(COLUMN_MAJOR, UPPER, NO_TRANSPOSE, n, n, 1f, a, n, 0f, c, n);
            } else {
                syrk.invokeExact(COLUMN_MAJOR, UPPER, NO_TRANSPOSE, n, n, 1.0, a, n, 0.0, c, n);
            }
        } catch (Throwable e) {
            throw new AssertionError("syrk throws nothing", e);
        }
    }

    /**
     * y ← α·x + β·y; y is not read if β = 0.
     *
     * @param alpha α
     * @param x n × n
     * @param beta β
     * @param y n × n
     */
    public void combine(double alpha, MemorySegment x, double beta, MemorySegment y) {
        try {
            if (precision == Precision.SINGLE) {
                axpby.invokeExact(n * n, (float) alpha, x, 1, (float) beta, y, 1);
            } else {
                axpby.invokeExact(n * n, alpha, x, 1, beta, y, 1);
            }
        } catch (Throwable e) {
            throw new AssertionError("axpby throws nothing", e);
        }
    }

    /**
     * y ← xᵀ.
     *
     * @param x n × n
     * @param y n × n
     */
    public void transpose(MemorySegment x, MemorySegment y) {
        try {
            if (precision == Precision.SINGLE) {
                omatcopy.invokeExact(COLUMN_MAJOR, TRANSPOSE, n, n, 1f, x, n, y, n);
            } else {
                omatcopy.invokeExact(COLUMN_MAJOR, TRANSPOSE, n, n, 1.0, x, n, y, n);
            }
        } catch (Throwable e) {
            throw new AssertionError("omatcopy throws nothing", e);
        }
    }

    /**
     * {@return the largest sum of magnitudes in a column}
     *
     * @param a n × n
     */
    public double norm1(MemorySegment a) {
        return norm(one, a);
    }

    /**
     * {@return the root of the sum of squares}
     *
     * @param a n × n
     */
    public double frobenius(MemorySegment a) {
        return norm(euclidean, a);
    }

    private double norm(MemorySegment which, MemorySegment a) {
        try {
            return precision == Precision.SINGLE
                    ? (float) lange.invokeExact(which, order, order, a, order, workspace)
                    : (double) lange.invokeExact(which, order, order, a, order, workspace);
        } catch (Throwable e) {
            throw new AssertionError("lange throws nothing", e);
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
     * a ← the Q of its QR decomposition, r ← the R; the strict lower triangle of r stays.
     *
     * @param a n × n
     * @param r n × n
     */
    public void qr(MemorySegment a, MemorySegment r) {
        factor(a);
        try {
            lacpy.invokeExact(upper, order, order, a, order, r, order);
        } catch (Throwable e) {
            throw new AssertionError("lacpy throws nothing", e);
        }
        form(a);
    }

    private void factor(MemorySegment a) {
        try {
            geqrf.invokeExact(order, order, a, order, tau, workspace, workspaceLength, info);
        } catch (Throwable e) {
            throw new AssertionError("geqrf throws nothing", e);
        }
        check("geqrf");
    }

    private void form(MemorySegment a) {
        try {
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
        gesdd(none, a, values, a, a, workspace, workspaceLength);
    }

    /**
     * a = u·diag(values)·vᵀ; a is destroyed.
     *
     * @param a n × n
     * @param u n × n
     * @param values n elements, descending
     * @param vTransposed n × n, vᵀ
     */
    public void svd(MemorySegment a, MemorySegment u, MemorySegment values, MemorySegment vTransposed) {
        // gesdd with vectors asks for 4n² + 7n.
        long length = 4L * n * n + 128L * n + 1024;
        if (vectorWorkspace == null) {
            vectorWorkspace = arena.allocate(precision.layout(), length);
        }
        try (Arena call = Arena.ofConfined()) {
            MemorySegment given = call.allocateFrom(ValueLayout.JAVA_INT, Math.toIntExact(length));
            gesdd(vectors, a, values, u, vTransposed, vectorWorkspace, given);
        }
    }

    private void gesdd(
            MemorySegment job,
            MemorySegment a,
            MemorySegment values,
            MemorySegment u,
            MemorySegment vt,
            MemorySegment work,
            MemorySegment workLength) {
        try {
            gesdd.invokeExact(
                    job, order, order, a, order, values, u, order, vt, order, work, workLength, integers, info);
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
