package org.isospin.bench.check;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.bench.cli.UsageException;
import org.isospin.checkpoint.TensorView;
import org.isospin.measure.Orthogonality;
import picocli.CommandLine.Option;

/** The largest element of QᵀQ − I in magnitude (QQᵀ − I for a wide matrix), and ‖QᵀQ − I‖_F/√n beside it. */
final class OrthogonalityMeasure implements Measure {
    @Option(
            names = "--orthogonal",
            paramLabel = "TOL",
            required = true,
            description = "No element of QᵀQ - I (QQᵀ - I, if Q is wide) may exceed TOL in magnitude")
    private double tolerance;

    @Override
    public String name() {
        return "orthogonality";
    }

    @Override
    public List<String> columns() {
        return List.of("max|QᵀQ - I|", "|QᵀQ - I|_F/√n");
    }

    @Override
    public void validate() {
        if (!(tolerance >= 0)) {
            throw new UsageException("--orthogonal must be 0 or more, not " + tolerance);
        }
    }

    @Override
    public void open(List<TensorView> matrices) {}

    @Override
    public Row measure(Isospin iso, TensorView tensor) {
        Orthogonality defect = iso.orthogonality(tensor.matrix());
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put("max", defect.max());
        figures.put("relativeFrobenius", defect.relative());
        return Row.of(tensor, figures, defect.max(), tolerance);
    }

    @Override
    public void close() {}
}
