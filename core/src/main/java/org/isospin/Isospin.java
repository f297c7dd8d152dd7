package org.isospin;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.isospin.backend.Backend;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Discovery;
import org.isospin.decomposition.Decompositions;
import org.isospin.decomposition.Products;
import org.isospin.decomposition.Qr;
import org.isospin.decomposition.Svd;
import org.isospin.measure.Orthogonality;
import org.isospin.polar.Group;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.Polar;
import org.isospin.polar.Procrustes;
import org.isospin.rotation.Cayley;
import org.isospin.rotation.CayleyNeumann;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.Exp;
import org.isospin.rotation.Haar;

/**
 * Where orthogonal linear algebra is computed: a backend, a number of threads and a precision. Immutable, and safe for any
 * number of callers at once.
 *
 * <pre>{@code
 * try (Isospin iso = Isospin.auto()) {
 *     Matrix q = iso.exp(a);                               // a rotation, on the heap
 *     double defect = iso.orthogonality(q).frobenius();    // ‖QᵀQ − I‖
 * }
 * }</pre>
 *
 * <p>Each method delegates to the class of its subject, where formula, accuracy and failures are documented. Two forms are
 * common to all: the result in a new heap matrix of the input's type, or written to an output matrix, last among the
 * operands, of any type, order, stride and place. Inputs are never changed; an output may overlap the memory of an input
 * unless the method's class says otherwise. Where a call throws, its outputs are unspecified and the context stays usable:
 * {@link IllegalArgumentException} for a shape, type or read-only output that does not fit, {@link IllegalStateException}
 * where the context, or the arena of an operand, is closed.
 *
 * <p>Results do not depend on the number of threads, on other callers or on the memory that operands lie in: on one backend,
 * with one precision, they are the same to the last bit.
 */
public final class Isospin implements AutoCloseable {
    private final Engine engine;
    private final int threads;
    private final Precision precision;
    private final ProgressListener progress;
    private final List<Description.Other> others;

    private Isospin(
            Engine engine,
            int threads,
            Precision precision,
            ProgressListener progress,
            List<Description.Other> others) {
        this.engine = engine;
        this.threads = threads;
        this.precision = precision;
        this.progress = progress;
        this.others = others;
    }

    private static Isospin on(Backend backend, List<Description.Other> others) {
        int processors = Runtime.getRuntime().availableProcessors();
        return new Isospin(new Engine(backend), processors, Precision.STANDARD, ProgressListener.NONE, others);
    }

    // ---------------------------------------------------------------------------------------------- contexts

    /**
     * {@return a context on the best backend for host data that works here, with as many threads as there are processors: a
     * device is used where it is named, because moving data there pays by shape and machine only}
     */
    public static Isospin auto() {
        Discovery found = Discovery.find();
        return on(found.bestOnHost(), found);
    }

    /** {@return a context on the best backend that works here and computes on the processor} */
    public static Isospin cpu() {
        Discovery found = Discovery.find();
        return on(found.bestOnHost(), found);
    }

    /**
     * Makes a context on one backend or fails.
     *
     * @param backend its name: {@code reference}, {@code simd} or {@code cuda}
     * @return a context on that backend, with as many threads as there are processors
     * @throws IllegalArgumentException if no backend has that name
     * @throws BackendUnavailableException if it cannot run here; the message says why
     */
    public static Isospin named(String backend) {
        Discovery found = Discovery.find();
        return on(found.named(backend), found);
    }

    /**
     * Makes a context on a backend at hand; for Isospin's own modules.
     *
     * @param backend the backend, which the context closes
     * @return a context on it, with as many threads as there are processors
     */
    @SuppressWarnings("exports")
    public static Isospin on(Backend backend) {
        return on(backend, List.of());
    }

    private static Isospin on(Backend chosen, Discovery found) {
        List<Description.Other> others = found.candidates().stream()
                .filter(c -> !c.name().equals(chosen.name()))
                .map(c -> new Description.Other(
                        c.name(),
                        c.availability().isAvailable()
                                ? "available; " + chosen.name() + " was chosen"
                                : c.availability().reason()))
                .toList();
        return on(chosen, others);
    }

    /**
     * {@return a context that shares everything with this one but the number of threads; closing either closes both}
     *
     * @param threads how many threads may work on one call, the caller's included; with 1 no other thread is ever started
     */
    public Isospin withThreads(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("a call needs at least 1 thread, not " + threads);
        }
        return new Isospin(engine, threads, precision, progress, others);
    }

    /**
     * {@return a context that shares everything with this one but the precision; closing either closes both}
     *
     * @param precision how F32 products are summed
     */
    public Isospin withPrecision(Precision precision) {
        return new Isospin(engine, threads, precision, progress, others);
    }

    /**
     * {@return a context that shares everything with this one but who hears how far calls have come, and may cancel them;
     * closing either closes both}
     *
     * @param listener hears from the calls of the new context
     */
    public Isospin withProgress(ProgressListener listener) {
        return new Isospin(engine, threads, precision, Objects.requireNonNull(listener), others);
    }

    /** {@return how many threads may work on one call, the caller's included} */
    public int threads() {
        return threads;
    }

    /** {@return how F32 products are summed} */
    public Precision precision() {
        return precision;
    }

    /** {@return the backend, what it tells of itself, and why no other was chosen} */
    public Description describe() {
        Backend backend = engine.backend();
        return new Description(backend.name(), threads, precision, backend.describe(), others);
    }

    /**
     * {@return the fused multiply-adds that one thread can do, measured, in flops (two each) a second; NaN if the backend
     * cannot tell}
     *
     * @param dtype F32 or F64
     */
    public double peakFlops(DType dtype) {
        return engine.backend().peakFlops(dtype);
    }

    /** Waits for the calls in flight, then frees what the context and those derived from it hold. Idempotent. */
    @Override
    public void close() {
        engine.close();
    }

    // ------------------------------------------------------------------------- for operations outside this class

    /**
     * Runs an operation on a stream of its own; for the classes of operations, which take a context first.
     *
     * @param call enqueues the work
     * @throws IllegalStateException if the context is closed
     */
    @SuppressWarnings("exports")
    public void run(Consumer<ComputeStream> call) {
        Engine.Lease lease = engine.lease(threads, precision, progress);
        try {
            call.accept(lease.stream());
            lease.stream().complete();
        } finally {
            engine.giveBack(lease);
        }
    }

    /**
     * {@return what an operation on a stream of its own returns; for the classes of operations, which take a context first}
     *
     * @param call enqueues the work
     * @param <T> what it returns
     * @throws IllegalStateException if the context is closed
     */
    @SuppressWarnings("exports")
    public <T> T compute(Function<ComputeStream, T> call) {
        Engine.Lease lease = engine.lease(threads, precision, progress);
        try {
            T result = call.apply(lease.stream());
            lease.stream().complete();
            return result;
        } finally {
            engine.giveBack(lease);
        }
    }

    // --------------------------------------------------------------------------------------------- rotations

    /**
     * {@return exp(A), a rotation}
     *
     * @param a A
     * @see Exp
     */
    public Matrix exp(SkewMatrix a) {
        Matrix out = square(a);
        exp(a, out);
        return out;
    }

    /**
     * out ← exp(A).
     *
     * @param a A, of order n
     * @param out n × n
     * @see Exp
     */
    public void exp(SkewMatrix a, Matrix out) {
        run(stream -> Exp.exp(stream, a, out));
    }

    /**
     * out ← exp(A) − I, with an error relative to ‖A‖ however small A is.
     *
     * @param a A, of order n
     * @param out n × n
     * @see Exp
     */
    public void expm1(SkewMatrix a, Matrix out) {
        run(stream -> Exp.expm1(stream, a, out));
    }

    /**
     * {@return the Cayley transform (I + A)(I − A)⁻¹, a rotation}
     *
     * @param a A
     * @see Cayley
     */
    public Matrix cayley(SkewMatrix a) {
        Matrix out = square(a);
        cayley(a, out);
        return out;
    }

    /**
     * out ← (I + A)(I − A)⁻¹, the full step.
     *
     * @param a A, of order n
     * @param out n × n
     * @see Cayley
     */
    public void cayley(SkewMatrix a, Matrix out) {
        cayley(a, CayleyStep.FULL, out);
    }

    /**
     * out ← (I + cA)(I − cA)⁻¹.
     *
     * @param a A, of order n
     * @param step c
     * @param out n × n
     * @see Cayley
     */
    public void cayley(SkewMatrix a, CayleyStep step, Matrix out) {
        run(stream -> Cayley.cayley(stream, a, step, out));
    }

    /**
     * out ← the A whose Cayley transform is Q.
     *
     * @param q Q, n × n
     * @param step c
     * @param out of order n
     * @throws SingularMatrixException if Q has an eigenvalue −1, or one too close to tell
     * @see Cayley
     */
    public void inverseCayley(Matrix q, CayleyStep step, SkewMatrix out) {
        run(stream -> Cayley.inverse(stream, q, step, out));
    }

    /**
     * out ← (I + X)(I + X + … + X^order) with X = cA: the Cayley transform with a truncated inverse, orthogonal up to
     * ‖X‖^(order+1)(2 + ‖X‖^(order+1)).
     *
     * @param a A, of order n
     * @param order k
     * @param step c
     * @param out n × n
     * @see CayleyNeumann#product
     */
    public void cayleyNeumann(SkewMatrix a, int order, CayleyStep step, Matrix out) {
        run(stream -> CayleyNeumann.product(stream, a, order, step, out));
    }

    /**
     * out ← I + 2(X + … + X^order) with X = cA, the truncation of the Cayley transform's own series.
     *
     * @param a A, of order n
     * @param order k
     * @param step c
     * @param out n × n
     * @see CayleyNeumann#series
     */
    public void cayleySeries(SkewMatrix a, int order, CayleyStep step, Matrix out) {
        run(stream -> CayleyNeumann.series(stream, a, order, step, out));
    }

    /**
     * out ← a uniformly distributed matrix with orthonormal columns, or rows if it is wide.
     *
     * @param seed any number; the same one gives the same matrix
     * @param out m × n
     * @see Haar
     */
    public void haarOrthogonal(long seed, Matrix out) {
        run(stream -> Haar.orthogonal(stream, seed, out));
    }

    /**
     * out ← a uniformly distributed rotation.
     *
     * @param seed any number; the same one gives the same matrix
     * @param out n × n
     * @see Haar
     */
    public void haarRotation(long seed, Matrix out) {
        run(stream -> Haar.rotation(stream, seed, out));
    }

    // ---------------------------------------------------------------------------------------- polar factors

    /**
     * out ← an approximate polar factor of A by a schedule of odd polynomials, in products alone.
     *
     * @param a A, m × n
     * @param out m × n
     * @param schedule the polynomials, of {@link Msign#kellerJordan} or {@link Msign#polarExpress}
     * @see Msign
     */
    public void msign(Matrix a, Matrix out, MsignSchedule schedule) {
        run(stream -> Msign.msign(stream, a, out, schedule));
    }

    /**
     * {@return the orthogonal polar factor of A}
     *
     * @param a A, m × n
     * @see Polar
     */
    public Matrix polar(Matrix a) {
        Matrix out = Matrix.allocate(a.dtype(), a.rows(), a.columns());
        polar(a, out);
        return out;
    }

    /**
     * out ← the orthogonal polar factor of A.
     *
     * @param a A, m × n
     * @param out m × n
     * @return how it was reached, and how good it is
     * @see Polar
     */
    public Polar.Result polar(Matrix a, Matrix out) {
        return compute(stream -> Polar.polar(stream, a, out));
    }

    /**
     * {@return the R in O(n) that minimises ‖AR − B‖, with scale, residual and condition}
     *
     * @param a A, m × n
     * @param b B, m × n
     * @see Procrustes
     */
    public Procrustes.Result procrustes(Matrix a, Matrix b) {
        return procrustes(a, b, Group.ORTHOGONAL, Matrix.allocate(a.dtype(), a.columns(), a.columns()));
    }

    /**
     * out ← the R that minimises ‖AR − B‖ in O(n) or SO(n).
     *
     * @param a A, m × n
     * @param b B, m × n
     * @param group where R is sought
     * @param out n × n
     * @return out, with scale, residual and condition
     * @see Procrustes
     */
    public Procrustes.Result procrustes(Matrix a, Matrix b, Group group, Matrix out) {
        return compute(stream -> Procrustes.solve(stream, a, b, group, out));
    }

    // ---------------------------------------------------------------------------- measures and decompositions

    /**
     * {@return how far Q is from having orthonormal columns, or rows if it is wide}
     *
     * @param q Q, m × n
     * @see Orthogonality
     */
    public Orthogonality orthogonality(Matrix q) {
        return compute(stream -> Orthogonality.of(stream, q));
    }

    /**
     * out ← a·b.
     *
     * @param a m × k
     * @param b k × n
     * @param out m × n
     * @see Products
     */
    public void multiply(Matrix a, Matrix b, Matrix out) {
        run(stream -> Products.multiply(stream, a, b, out));
    }

    /**
     * out ← the singular values of A, descending, found in F64.
     *
     * @param a A, m × n
     * @param out 1 × min(m, n)
     * @see Decompositions
     */
    public void singularValues(Matrix a, Matrix out) {
        run(stream -> Decompositions.singularValues(stream, a, out));
    }

    /**
     * {@return the thin singular value decomposition of A}
     *
     * @param a A, m × n
     * @see Decompositions
     */
    public Svd svd(Matrix a) {
        int p = Math.min(a.rows(), a.columns());
        Matrix u = Matrix.allocate(a.dtype(), a.rows(), p);
        Matrix s = Matrix.allocate(a.dtype(), 1, p);
        Matrix v = Matrix.allocate(a.dtype(), a.columns(), p);
        run(stream -> Decompositions.svd(stream, a, u, s, v));
        return new Svd(u, s, v);
    }

    /**
     * {@return the thin QR decomposition of A}
     *
     * @param a A, m × n, m ≥ n
     * @see Decompositions
     */
    public Qr qr(Matrix a) {
        int n = a.columns();
        Matrix q = Matrix.allocate(a.dtype(), a.rows(), n);
        Matrix r = Matrix.allocate(a.dtype(), n, n);
        run(stream -> Decompositions.qr(stream, a, q, r));
        return new Qr(q, r);
    }

    /**
     * out ← A⁻¹.
     *
     * @param a A, n × n
     * @param out n × n
     * @throws SingularMatrixException if there is none
     * @see Decompositions
     */
    public void inverse(Matrix a, Matrix out) {
        run(stream -> Decompositions.inverse(stream, a, out));
    }

    private static Matrix square(SkewMatrix a) {
        return Matrix.allocate(a.dtype(), a.order(), a.order());
    }
}
