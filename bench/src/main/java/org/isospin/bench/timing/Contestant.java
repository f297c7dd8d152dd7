package org.isospin.bench.timing;

import java.lang.foreign.Arena;
import java.util.Optional;
import org.isospin.DType;
import org.isospin.bench.problem.Operation;
import org.isospin.bench.problem.Problem;
import org.isospin.bench.problem.Task;

/** Somebody who computes what is benchmarked: a backend of Isospin or another library. */
interface Contestant extends AutoCloseable {
    /** {@return the name in tables} */
    String name();

    /** {@return whether it is another library} */
    boolean isPeer();

    /** {@return whether it is not left out where it is slow, because it was asked for by name} */
    boolean isNamed();

    /** {@return whether it takes matrices of a type} */
    boolean takes(DType dtype);

    /** {@return whether its workers keep a processor busy for a while after a call} */
    boolean isSpinning();

    /** {@return flops a second that it is known to exceed at any operation, for the first guess at a duration} */
    double slowestRate();

    /** {@return a computation on the problem's operands} */
    Task task(Operation operation, Problem problem, Arena arena);

    /** {@return the device that it computes on; empty if that is the host} */
    default Optional<DeviceSide> device() {
        return Optional.empty();
    }

    @Override
    void close();
}
