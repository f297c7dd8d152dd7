package org.isospin.properties;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.isospin.Isospin;
import org.isospin.Matrix;

/**
 * A public operation of the context, with problems whose answers are known.
 *
 * @param name the method's name, with its options
 * @param domain the shapes it takes
 * @param nonFinite what it documents for NaN and infinities
 * @param results where its results go
 * @param problems makes a problem of a shape
 * @param body runs it
 */
record Operation(String name, Domain domain, NonFinite nonFinite, Results results, Problems problems, Body body) {
    /** The shapes m × n that a problem may have. */
    enum Domain {
        ANY,
        TALL,
        SQUARE;

        boolean has(int m, int n) {
            return switch (this) {
                case ANY -> true;
                case TALL -> m >= n;
                case SQUARE -> m == n;
            };
        }
    }

    /** What becomes of NaN and infinities. */
    enum NonFinite {
        PROPAGATES,
        IS_REJECTED,
        /** There is no input. */
        NEVER_OCCURS
    }

    /** Where results go. */
    enum Results {
        TO_OUTPUTS,
        /** To new matrices, which the body copies to the outputs. */
        TO_NEW_MATRICES
    }

    /** Makes problems. */
    @FunctionalInterface
    interface Problems {
        Problem make(int m, int n, long seed);
    }

    /** Runs the operation. */
    @FunctionalInterface
    interface Body {
        /** {@return the numbers that the operation returns besides matrices} */
        double[] run(Isospin iso, Matrix[] inputs, Matrix[] outputs);

        /** {@return the body of an operation that returns nothing} */
        static Body of(Silent call) {
            return (iso, inputs, outputs) -> {
                call.run(iso, inputs, outputs);
                return new double[0];
            };
        }
    }

    /** Runs an operation that returns nothing. */
    @FunctionalInterface
    interface Silent {
        void run(Isospin iso, Matrix[] inputs, Matrix[] outputs);
    }

    /**
     * A problem.
     *
     * @param inputs the inputs; a skew one as its packed elements, 1 × n(n−1)/2
     * @param outputs the outputs: shapes alone count
     * @param error by how much results are off: ‖·‖_F/√n of a matrix, or relative to the input's norm
     * @param allowance how much they may be, in u of the type, for the rounding of inputs and outputs and that between
     */
    record Problem(List<Dense> inputs, List<Dense> outputs, ToDoubleFunction<Outcome> error, double allowance) {}

    /**
     * What a run gave.
     *
     * @param matrices the outputs
     * @param numbers the numbers
     */
    record Outcome(List<Dense> matrices, List<Double> numbers) {}

    @Override
    public String toString() {
        return name;
    }
}
