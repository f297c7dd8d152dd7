package org.isospin.bench.timing;

import java.lang.foreign.Arena;
import org.isospin.DType;
import org.isospin.bench.peer.Peer;
import org.isospin.bench.problem.Operation;
import org.isospin.bench.problem.Problem;
import org.isospin.bench.problem.Task;

/**
 * Another library.
 *
 * @param peer which
 * @param threads how many threads it may use
 */
record PeerContestant(Peer peer, int threads) implements Contestant {
    @Override
    public String name() {
        return peer.title();
    }

    @Override
    public boolean isPeer() {
        return true;
    }

    @Override
    public boolean isNamed() {
        return false;
    }

    @Override
    public boolean takes(DType dtype) {
        return dtype == DType.F32 || dtype == DType.F64;
    }

    @Override
    public boolean isSpinning() {
        return peer.isSpinning(threads);
    }

    @Override
    public double slowestRate() {
        return peer == Peer.EJML ? 3e8 : 1e9;
    }

    @Override
    public Task task(Operation operation, Problem problem, Arena arena) {
        return peer.task(operation, problem, threads, arena);
    }

    @Override
    public void close() {}
}
