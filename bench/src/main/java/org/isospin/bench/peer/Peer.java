package org.isospin.bench.peer;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ejml.EjmlVersion;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.bench.problem.Operation;
import org.isospin.bench.problem.Problem;
import org.isospin.bench.problem.Task;
import org.isospin.ffm.blas.OpenBlas;

/** A library that Isospin is compared with. */
public enum Peer {
    /** OpenBLAS, BLAS and LAPACK in C and assembly, through FFM. */
    OPENBLAS("openblas") {
        @Override
        public String reason() {
            return OpenBlas.reason();
        }

        @Override
        public String version() {
            return OpenBlas.configuration();
        }

        @Override
        Algebra<?> algebra(DType dtype, int n, int threads, Arena arena) {
            OpenBlas.setThreads(threads);
            return new OpenBlasAlgebra(dtype, n, arena);
        }

        @Override
        public boolean isSpinning(int threads) {
            return threads > 1;
        }
    },
    /** EJML, Java without vectors. */
    EJML("ejml") {
        @Override
        public String version() {
            return "EJML " + EjmlVersion.VERSION;
        }

        @Override
        Algebra<?> algebra(DType dtype, int n, int threads, Arena arena) {
            return dtype == DType.F64
                    ? new EjmlAlgebra<>(EjmlKernels.doubles(threads), n)
                    : new EjmlAlgebra<>(EjmlKernels.floats(threads), n);
        }
    };

    private final String title;

    Peer(String title) {
        this.title = title;
    }

    /** {@return the name that users select it by} */
    public String title() {
        return title;
    }

    /** {@return why it cannot be used here; empty if it can} */
    public String reason() {
        return "";
    }

    /** {@return its version and what it tells of itself} */
    public abstract String version();

    /**
     * {@return a computation; call it on a thread with 64 MiB of stack}
     *
     * @param operation what
     * @param problem on which operands, of F32 or F64
     * @param threads how many threads it may use
     * @param arena owns its memory
     */
    public Task task(Operation operation, Problem problem, int threads, Arena arena) {
        return new PeerAlgorithms<>(algebra(problem.dtype(), problem.n(), threads, arena)).task(operation, problem);
    }

    /**
     * {@return what it computes of square operands; call it on a thread with 64 MiB of stack}
     *
     * @param method how
     * @param operands of F32 or F64
     * @param threads how many threads it may use
     * @param arena owns its memory, the result's too
     */
    public Matrix result(Method method, List<Matrix> operands, int threads, Arena arena) {
        Matrix first = operands.getFirst();
        return new PeerMethods<>(algebra(first.dtype(), first.rows(), threads, arena)).result(method, operands);
    }

    /** {@return its primitives on matrices of order n} */
    abstract Algebra<?> algebra(DType dtype, int n, int threads, Arena arena);

    /**
     * {@return whether its workers keep a processor busy for a while after a call}
     *
     * @param threads how many threads it uses
     */
    public boolean isSpinning(int threads) {
        return false;
    }

    /**
     * {@return the peer of a name}
     *
     * @param title the name, in any case
     */
    public static Optional<Peer> of(String title) {
        String wanted = title.toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(p -> p.title.equals(wanted)).findFirst();
    }
}
