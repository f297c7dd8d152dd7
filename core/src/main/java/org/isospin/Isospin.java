package org.isospin;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.isospin.backend.Backend;
import org.isospin.backend.BackendChoice;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Discovery;
import org.isospin.backend.Place;
import org.isospin.decomposition.Decompositions;
import org.isospin.decomposition.Products;
import org.isospin.decomposition.Qr;
import org.isospin.decomposition.Svd;
import org.isospin.measure.Orthogonality;
import org.isospin.placement.Operation;
import org.isospin.placement.Plan;
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
import org.jspecify.annotations.Nullable;

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
    private final Placement placement;
    private final int threads;
    private final Precision precision;
    private final ProgressListener progress;
    private final List<Discovery.Candidate> candidates;

    private Isospin(
            Placement placement,
            int threads,
            Precision precision,
            ProgressListener progress,
            List<Discovery.Candidate> candidates) {
        this.placement = placement;
        this.threads = threads;
        this.precision = precision;
        this.progress = progress;
        this.candidates = candidates;
    }

    private static Isospin on(
            Backend backend, Discovery.@Nullable Candidate device, List<Discovery.Candidate> candidates) {
        return new Isospin(
                new Placement(new Engine(backend), device),
                Runtime.getRuntime().availableProcessors(),
                Precision.STANDARD,
                ProgressListener.NONE,
                candidates);
    }

    // ---------------------------------------------------------------------------------------------- contexts

    /**
     * Makes a context on the best backend of the host that works here, with as many threads as there are processors, and on a
     * device for what is worth it.
     *
     * <p>Operands that are on a device are computed there. Where all are in host memory, a whole call of one of the methods below
     * goes to the device if the time there, with operands sent and results brought back, is predicted to be less than here: by times
     * that {@code isospin calibrate} measured on this machine, or, without them, by assumed ones that favour the processor. A product
     * or a measure of orthogonality alone does too little with each element, and optimizers keep their state where the weights are:
     * both compute where the data is. {@link #plan} tells where a call would go, {@link #describe} where calls went. The precision
     * never changes by it.
     *
     * <p>Where a call goes depends on operation, shape, type, precision and the measured times alone. No device is looked for, nor
     * are its libraries loaded, until the first call that may be large enough; one that then cannot be opened is not tried again.
     *
     * <p>The system property {@code isospin.backend}, or the environment variable {@code ISOSPIN_BACKEND}, changes the choice:
     * {@code cpu} keeps everything on the host, a backend's name like {@code cuda} or {@code reference} is as {@link #named}, and a
     * name after a minus, like {@code -cuda}, forbids that one.
     *
     * @return the context
     * @throws BackendUnavailableException if the backend that the property names cannot run here
     * @throws IllegalArgumentException if the property is none of that
     */
    public static Isospin auto() {
        return auto(Discovery.find(), BackendChoice.current());
    }

    /** {@return the context of {@link #auto()} among these backends} */
    static Isospin auto(Discovery backends, BackendChoice choice) {
        Discovery found = backends.under(choice);
        return choice.isNamed()
                ? on(found.named(choice.wanted()), null, found.candidates())
                : on(found.bestOnHost(), found.device().orElse(null), found.candidates());
    }

    /** {@return a context on the best backend that works here and computes on the processor} */
    public static Isospin cpu() {
        Discovery found = Discovery.find();
        return on(found.bestOnHost(), null, found.candidates());
    }

    /**
     * Makes a context on one backend or fails.
     *
     * @param backend its name: {@code reference}, {@code simd} or {@code cuda}; {@code cuda:1} computes on the second device
     * @return a context on that backend, with as many threads as there are processors
     * @throws IllegalArgumentException if no backend has that name, or it has no such device
     * @throws BackendUnavailableException if it cannot run here; the message says why
     */
    public static Isospin named(String backend) {
        Discovery found = Discovery.find();
        return on(found.named(backend), null, found.candidates());
    }

    /**
     * Makes a context on a backend at hand; for Isospin's own modules.
     *
     * @param backend the backend, which the context closes
     * @return a context on it, with as many threads as there are processors
     */
    @SuppressWarnings("exports")
    public static Isospin on(Backend backend) {
        return on(backend, null, List.of());
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
        return new Isospin(placement, threads, precision, progress, candidates);
    }

    /**
     * {@return a context that shares everything with this one but the precision; closing either closes both}
     *
     * @param precision how F32 products are multiplied and summed
     */
    public Isospin withPrecision(Precision precision) {
        return new Isospin(placement, threads, precision, progress, candidates);
    }

    /**
     * {@return a context that shares everything with this one but who hears how far calls have come, and may cancel them;
     * closing either closes both}
     *
     * @param listener hears from the calls of the new context
     */
    public Isospin withProgress(ProgressListener listener) {
        return new Isospin(placement, threads, precision, Objects.requireNonNull(listener), candidates);
    }

    /** {@return how many threads may work on one call, the caller's included} */
    public int threads() {
        return threads;
    }

    /** {@return how F32 products are multiplied and summed} */
    public Precision precision() {
        return precision;
    }

    /**
     * {@return the backend, what it tells of itself, why no other was chosen, and where calls were placed and why}
     *
     * <p>No device is looked for to answer.
     */
    public Description describe() {
        Backend backend = placement.engine().backend();
        List<Description.Other> others = new ArrayList<>();
        for (Discovery.Candidate candidate : candidates) {
            String reason = whyNot(candidate, backend.name());
            if (reason != null) {
                others.add(new Description.Other(candidate.name(), reason));
            }
        }
        return new Description(
                backend.name(), threads, precision, backend.describe(), others, placement.rule(), placement.calls());
    }

    private @Nullable String whyNot(Discovery.Candidate candidate, String chosen) {
        if (candidate.name().equals(chosen)) {
            return null;
        }
        if (placement.isDevice(candidate)) {
            return placement.whyNot();
        }
        if (candidate.place() == Place.DEVICE && !candidate.isAsked()) {
            return "not looked for; " + chosen + " was chosen";
        }
        return candidate.availability().isAvailable()
                ? "available; " + chosen + " was chosen"
                : candidate.availability().reason();
    }

    /**
     * Predicts, without running it, where this context would compute a call whose operands are in host memory, and in what time. A
     * device is looked for if the call may be large enough for it.
     *
     * @param operation the operation
     * @param rows m, of the operand, or of the output where there is none
     * @param columns n
     * @param dtype the elements' type, F64 if that of any operand is
     * @return the place, the times and the reason
     * @throws IllegalArgumentException if the operation takes no such shape
     */
    public Plan plan(Operation operation, int rows, int columns, DType dtype) {
        return placement.plan(operation, rows, columns, dtype, precision);
    }

    /**
     * {@return the fused multiply-adds that one thread can do, measured, in flops (two each) a second; NaN if the backend
     * cannot tell}
     *
     * @param dtype F32 or F64
     */
    public double peakFlops(DType dtype) {
        return placement.engine().backend().peakFlops(dtype);
    }

    /** Waits for the calls in flight, then frees what the context and those derived from it hold. Idempotent. */
    @Override
    public void close() {
        placement.close();
    }

    // ------------------------------------------------------------------------- for operations outside this class

    /**
     * Runs an operation on a stream of its own; for the classes of operations, which take a context first.
     *
     * @param call enqueues the work
     * @param operands everything that it reads or writes and that may be on a device, where it is then computed
     * @throws IllegalStateException if the context is closed
     */
    @SuppressWarnings("exports")
    public void run(Consumer<ComputeStream> call, Operand... operands) {
        run(placement.choose(operands), call);
    }

    /**
     * {@return what an operation on a stream of its own returns; for the classes of operations, which take a context first}
     *
     * @param call enqueues the work
     * @param operands everything that it reads or writes and that may be on a device, where it is then computed
     * @param <T> what it returns
     * @throws IllegalStateException if the context is closed
     */
    @SuppressWarnings("exports")
    public <T> T compute(Function<ComputeStream, T> call, Operand... operands) {
        return compute(placement.choose(operands), call);
    }

    /** Runs a call that is placed by its size; the first operand has the operation's shape. */
    private void run(Operation operation, Consumer<ComputeStream> call, Operand... operands) {
        run(placement.choose(operation, precision, operands), call);
    }

    private <T> T compute(Operation operation, Function<ComputeStream, T> call, Operand... operands) {
        return compute(placement.choose(operation, precision, operands), call);
    }

    private void run(Engine engine, Consumer<ComputeStream> call) {
        Engine.Lease lease = engine.lease(threads, precision, progress);
        try {
            call.accept(lease.stream());
            lease.stream().complete();
        } finally {
            engine.giveBack(lease);
        }
    }

    private <T> T compute(Engine engine, Function<ComputeStream, T> call) {
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
        run(Operation.EXP, stream -> Exp.exp(stream, a, out), a, out);
    }

    /**
     * out ← exp(A) − I, with an error relative to ‖A‖ however small A is.
     *
     * @param a A, of order n
     * @param out n × n
     * @see Exp
     */
    public void expm1(SkewMatrix a, Matrix out) {
        run(Operation.EXP, stream -> Exp.expm1(stream, a, out), a, out);
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
        run(Operation.CAYLEY, stream -> Cayley.cayley(stream, a, step, out), a, out);
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
        run(Operation.INVERSE_CAYLEY, stream -> Cayley.inverse(stream, q, step, out), q, out);
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
        run(Operation.CAYLEY_NEUMANN, stream -> CayleyNeumann.product(stream, a, order, step, out), a, out);
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
        run(Operation.CAYLEY_NEUMANN, stream -> CayleyNeumann.series(stream, a, order, step, out), a, out);
    }

    /**
     * out ← a uniformly distributed matrix with orthonormal columns, or rows if it is wide.
     *
     * @param seed any number; the same one gives the same matrix
     * @param out m × n
     * @see Haar
     */
    public void haarOrthogonal(long seed, Matrix out) {
        run(Operation.HAAR, stream -> Haar.orthogonal(stream, seed, out), out);
    }

    /**
     * out ← a uniformly distributed rotation.
     *
     * @param seed any number; the same one gives the same matrix
     * @param out n × n
     * @see Haar
     */
    public void haarRotation(long seed, Matrix out) {
        run(Operation.HAAR, stream -> Haar.rotation(stream, seed, out), out);
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
        run(Operation.MSIGN, stream -> Msign.msign(stream, a, out, schedule), a, out);
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
        return compute(Operation.POLAR, stream -> Polar.polar(stream, a, out), a, out);
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
        return compute(Operation.PROCRUSTES, stream -> Procrustes.solve(stream, a, b, group, out), a, b, out);
    }

    // ---------------------------------------------------------------------------- measures and decompositions

    /**
     * {@return how far Q is from having orthonormal columns, or rows if it is wide}
     *
     * @param q Q, m × n
     * @see Orthogonality
     */
    public Orthogonality orthogonality(Matrix q) {
        return compute(stream -> Orthogonality.of(stream, q), q);
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
        run(stream -> Products.multiply(stream, a, b, out), a, b, out);
    }

    /**
     * out ← the singular values of A, descending, found in F64.
     *
     * @param a A, m × n
     * @param out 1 × min(m, n)
     * @see Decompositions
     */
    public void singularValues(Matrix a, Matrix out) {
        run(Operation.SINGULAR_VALUES, stream -> Decompositions.singularValues(stream, a, out), a, out);
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
        run(Operation.SVD, stream -> Decompositions.svd(stream, a, u, s, v), a);
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
        run(Operation.QR, stream -> Decompositions.qr(stream, a, q, r), a);
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
        run(Operation.INVERSE, stream -> Decompositions.inverse(stream, a, out), a, out);
    }

    private static Matrix square(SkewMatrix a) {
        return Matrix.allocate(a.dtype(), a.order(), a.order());
    }
}
