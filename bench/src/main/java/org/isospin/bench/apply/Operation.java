package org.isospin.bench.apply;

import java.util.List;
import java.util.Map;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.apply.Parameters.Declared;

/**
 * Something that {@code apply} can do to a matrix.
 *
 * @param name what the user calls it
 * @param summary what becomes of a matrix A
 * @param shape which shapes it takes, and what it makes of them
 * @param parameters what it can be told
 * @param maker makes the kernel of a call
 */
record Operation(String name, String summary, Shape shape, List<Declared> parameters, Maker maker) {
    /** The shapes of operand and result. */
    enum Shape {
        /** Any shape, kept. */
        ANY,
        /** Square, kept. */
        SQUARE,
        /** Any shape; 1 × min(m, n), in F64 for F64 and else in F32. */
        SPECTRUM;

        int rows(Matrix a) {
            return this == SPECTRUM ? 1 : a.rows();
        }

        int columns(Matrix a) {
            return this == SPECTRUM ? Math.min(a.rows(), a.columns()) : a.columns();
        }

        DType dtype(Matrix a) {
            return this == SPECTRUM ? a.dtype().computeType() : a.dtype();
        }
    }

    /**
     * What a kernel tells of a result.
     *
     * @param isGood whether the result is what was promised
     * @param figures measured on the way, by name
     */
    record Outcome(boolean isGood, Map<String, Double> figures) {
        /** Of a kernel that cannot fail silently. */
        static final Outcome GOOD = new Outcome(true, Map.of());
    }

    /** Computes the result of one tensor. */
    @FunctionalInterface
    interface Kernel {
        /** Computes out from a, the tensor of the given name. */
        Outcome apply(Isospin iso, String tensor, Matrix a, Matrix out);
    }

    /** A kernel that needs nothing but its operands. */
    @FunctionalInterface
    interface Plain {
        /** Computes out from a. */
        void apply(Isospin iso, Matrix a, Matrix out);

        /** {@return this as a kernel whose results are always good} */
        default Kernel kernel() {
            return (iso, _, a, out) -> {
                apply(iso, a, out);
                return Outcome.GOOD;
            };
        }
    }

    /** Makes a kernel, or rejects a parameter. */
    @FunctionalInterface
    interface Maker {
        /** {@return the kernel with these parameters} */
        Kernel make(Parameters parameters);
    }

    /** {@return the kernel of a call with the parameters that the user gave} */
    Kernel kernel(Map<String, String> given) {
        return maker.make(Parameters.of(name, parameters, given));
    }
}
