package org.isospin.bench.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;

/** The singular values of the matrices inside a model's blocks, as they act. */
final class HiddenSpectra {
    private HiddenSpectra() {}

    /** {@return the values of each matrix, descending, by its name} */
    static SequencedMap<String, List<Double>> of(Isospin iso, Transformer model) {
        SequencedMap<String, List<Double>> all = new LinkedHashMap<>();
        for (Linear linear : model.hidden()) {
            Matrix w = linear.form().weight();
            Matrix values = Matrix.allocate(DType.F64, 1, Math.min(w.rows(), w.columns()));
            iso.singularValues(w, values);
            all.put(
                    linear.name(),
                    IntStream.range(0, values.columns())
                            .mapToObj(i -> values.get(0, i))
                            .toList());
        }
        return all;
    }
}
