package org.isospin.properties;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.junit.jupiter.params.provider.Arguments;

/** What the tests of optimizers on manifolds share. */
abstract class ManifoldTests extends OnEveryBackend {
    static Stream<String> backends() {
        return Backends.available().stream();
    }

    static Stream<Arguments> backendsAndTypes() {
        return backends().flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    static ParameterId register(Optimizer optimizer, DType dtype, int[] shape) {
        return optimizer.register(ParameterSpec.matrix("w", dtype, shape[0], shape[1], Orientation.OUT_IN));
    }

    /** {@return an orthonormal W of any shape} */
    static Dense point(int[] shape, long seed) {
        return shape[0] >= shape[1]
                ? Generators.orthonormal(shape[0], shape[1], seed)
                : Generators.orthonormal(shape[1], shape[0], seed).transposed();
    }

    static Dense gaussian(int[] shape, long seed) {
        return Generators.gaussian(shape[0], shape[1], seed);
    }

    /** {@return ‖XᵀX − I‖ of the side that should be orthonormal} */
    static double defect(Matrix w) {
        return tall(Dense.of(w)).orthogonalityDefect();
    }

    static Dense tall(Dense w) {
        return w.rows() < w.columns() ? w.transposed() : w;
    }

    static double dot(Dense a, Dense b) {
        return a.transposed().times(b).trace();
    }

    /** {@return the weight after some steps with one gradient} */
    static Dense stepped(Optimizer optimizer, DType dtype, Dense w, Dense g, int steps) {
        ParameterId id = register(optimizer, dtype, new int[] {w.rows(), w.columns()});
        Matrix weight = w.to(dtype);
        Matrix gradient = g.to(dtype);
        for (int t = 1; t <= steps; t++) {
            optimizer.step(t, id, weight, gradient);
        }
        return Dense.of(weight);
    }
}
