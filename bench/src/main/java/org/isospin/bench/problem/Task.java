package org.isospin.bench.problem;

import java.util.List;
import java.util.function.Supplier;
import org.isospin.Matrix;
import org.isospin.Storage;

/** One contestant's computation, ready to run any number of times on the same operands. */
public interface Task {
    /** Computes once; this is what is timed. */
    void run();

    /** {@return the results of the latest run, in the order that the problem checks them in} */
    List<Matrix> results();

    /** Overwrites every result with NaN, so that nothing left from before passes for a result. */
    void spoil();

    /**
     * {@return a computation into matrices that exist}
     *
     * @param outputs what it writes, on the host or on a device
     * @param computation writes them
     */
    static Task into(List<Matrix> outputs, Runnable computation) {
        return new Task() {
            @Override
            public void run() {
                computation.run();
            }

            @Override
            public List<Matrix> results() {
                return outputs.stream().map(Task::onHost).toList();
            }

            @Override
            public void spoil() {
                for (Matrix m : outputs) {
                    Matrix spoilt = Matrix.allocate(m.dtype(), m.rows(), m.columns());
                    for (int i = 0; i < m.rows(); i++) {
                        for (int j = 0; j < m.columns(); j++) {
                            spoilt.set(i, j, Double.NaN);
                        }
                    }
                    spoilt.copyTo(m);
                }
            }
        };
    }

    private static Matrix onHost(Matrix m) {
        return m.storage() instanceof Storage.Host ? m : m.copy();
    }

    /**
     * {@return a computation whose results are new matrices, or the same ones each time}
     *
     * @param computation gives the results
     */
    static Task fresh(Supplier<List<Matrix>> computation) {
        return new Task() {
            private List<Matrix> results = List.of();

            @Override
            public void run() {
                results = computation.get();
            }

            @Override
            public List<Matrix> results() {
                return results;
            }

            @Override
            public void spoil() {
                results = List.of();
            }
        };
    }
}
