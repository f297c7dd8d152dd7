package org.isospin.bench.timing;

import java.lang.foreign.Arena;
import java.util.Optional;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Precision;
import org.isospin.backend.Backend;
import org.isospin.backend.Discovery;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.problem.Operation;
import org.isospin.bench.problem.Placement;
import org.isospin.bench.problem.Problem;
import org.isospin.bench.problem.Session;
import org.isospin.bench.problem.Task;

/** A backend of Isospin. */
final class BackendContestant implements Contestant {
    /** The backend that everything is compared with where there are no peers. */
    static final String REFERENCE = "reference";

    private final String name;
    private final boolean isNamed;
    private final Isospin context;
    private final Optional<DeviceSide> device;

    /**
     * Opens a backend.
     *
     * @param name which, available
     * @param threads how many threads may work on one call
     * @param isNamed whether it was asked for by name
     * @param precision how a device may round factors; the host rounds none
     */
    BackendContestant(String name, int threads, boolean isNamed, Precision precision) {
        this.isNamed = isNamed;
        Backend backend = Discovery.find().named(name);
        context = Isospin.on(backend).withThreads(threads).withPrecision(precision);
        boolean isRounded = precision != Precision.STANDARD && backend.clock().isPresent();
        this.name = isRounded ? name + " " + Figures.name(precision) : name;
        device = backend.clock().map(clock -> new DeviceSide(this.name, context, clock));
    }

    Isospin context() {
        return context;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isPeer() {
        return false;
    }

    @Override
    public boolean isNamed() {
        return isNamed;
    }

    @Override
    public boolean takes(DType dtype) {
        return true;
    }

    @Override
    public boolean isSpinning() {
        return false;
    }

    @Override
    public double slowestRate() {
        return name.equals(REFERENCE) ? 3e8 : 1e9;
    }

    @Override
    public Task task(Operation operation, Problem problem, Arena arena) {
        return problem.isospin(new Session(context, Placement.HOST));
    }

    @Override
    public Optional<DeviceSide> device() {
        return device;
    }

    @Override
    public void close() {
        context.close();
    }
}
