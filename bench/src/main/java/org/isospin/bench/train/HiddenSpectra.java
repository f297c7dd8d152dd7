package org.isospin.bench.train;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.measure.Spectrum;

/** The singular values of the matrices inside a model's blocks, as they act. */
final class HiddenSpectra {
    private HiddenSpectra() {}

    /** {@return the values of each matrix, descending, by its name} */
    static SequencedMap<String, List<Double>> of(Isospin iso, Transformer model) {
        SequencedMap<String, List<Double>> all = new LinkedHashMap<>();
        for (Linear linear : model.hidden()) {
            double[] values = Spectrum.of(iso, linear.form().weight()).values();
            all.put(linear.name(), Arrays.stream(values).boxed().toList());
        }
        return all;
    }
}
