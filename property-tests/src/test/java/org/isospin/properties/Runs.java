package org.isospin.properties;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Operation.Outcome;
import org.isospin.properties.Operation.Problem;

/** Runs operations on operands of any layout. */
final class Runs {
    private Runs() {}

    /** Runs on dense heap matrices, outputs full of garbage. */
    static Outcome onHeap(Isospin iso, Operation operation, Problem problem, DType dtype) {
        try (Arena arena = Arena.ofConfined()) {
            return run(
                    iso,
                    operation,
                    inputs(arena, Layout.HEAP, problem, dtype),
                    outputs(arena, Layout.HEAP, problem, dtype));
        }
    }

    /** {@return the inputs of a problem in a layout} */
    static List<Placed> inputs(Arena arena, Layout layout, Problem problem, DType dtype) {
        List<Placed> placed = new ArrayList<>();
        for (Dense input : problem.inputs()) {
            Placed p = layout.place(arena, dtype, input.rows(), input.columns());
            p.fill(input);
            placed.add(p);
        }
        return placed;
    }

    /** {@return outputs for a problem in a layout, full of garbage} */
    static List<Placed> outputs(Arena arena, Layout layout, Problem problem, DType dtype) {
        return problem.outputs().stream()
                .map(o -> layout.place(arena, dtype, o.rows(), o.columns()))
                .toList();
    }

    /** Runs on operands at hand. */
    static Outcome run(Isospin iso, Operation operation, List<Placed> inputs, List<Placed> outputs) {
        return run(iso, operation, matrices(inputs), matrices(outputs));
    }

    /** Runs on operands at hand. */
    static Outcome run(Isospin iso, Operation operation, Matrix[] inputs, Matrix[] outputs) {
        double[] numbers = operation.body().run(iso, inputs, outputs);
        return new Outcome(
                Arrays.stream(outputs).map(Dense::of).toList(),
                Arrays.stream(numbers).boxed().toList());
    }

    /** {@return the matrices of placed operands} */
    static Matrix[] matrices(List<Placed> placed) {
        return placed.stream().map(Placed::matrix).toArray(Matrix[]::new);
    }

    /** {@return whether two outcomes agree to the last bit, signs of zeros included} */
    static boolean isSame(Outcome a, Outcome b) {
        boolean isSame = a.numbers().equals(b.numbers());
        for (int k = 0; k < a.matrices().size(); k++) {
            isSame &= a.matrices().get(k).hasBitsOf(b.matrices().get(k));
        }
        return isSame;
    }
}
