package org.isospin.bench.check;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.isospin.Isospin;
import org.isospin.bench.cli.BackendOption;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.JsonOption;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.Table;
import org.isospin.bench.cli.TensorOption;
import org.isospin.bench.cli.ThreadsOption;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.TensorView;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code isospin check}: whether the matrices of a checkpoint are orthogonal, or kept their singular values. */
@Command(
        name = "check",
        description = {
            "Measures the 2-D tensors of a safetensors file: a row for each, the worst first. Exit code 1 if one is beyond"
                    + " its tolerance; a NaN or an infinity never passes."
        },
        footer = {
            "Examples:",
            "  isospin check rotations.safetensors --orthogonal 1e-5",
            "  isospin check tuned.safetensors --spectrum-of base.safetensors",
            "  isospin check tuned.safetensors --spectrum-of base.safetensors --tolerance 1e-4",
            "  isospin check rotations.safetensors --orthogonal 1e-5 --tensor 'attention.*weight$'"
        })
@SuppressWarnings("NullAway.Init")
public final class CheckCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "FILE", description = "A safetensors file")
    private Path file;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Mode mode;

    @Mixin
    private TensorOption tensors;

    @Mixin
    private BackendOption backend;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private JsonOption json;

    /** What is measured. */
    private static final class Mode {
        @ArgGroup(exclusive = false)
        private OrthogonalityMeasure orthogonality;

        @ArgGroup(exclusive = false)
        private SpectrumMeasure spectrum;

        Measure chosen() {
            return orthogonality == null ? spectrum : orthogonality;
        }
    }

    /** For picocli. */
    public CheckCommand() {}

    @Override
    public Integer call() throws IOException {
        Measure measure = mode.chosen();
        measure.validate();
        json.check();
        List<Row> rows = new ArrayList<>();
        try (Checkpoint checkpoint = Safetensors.open(file);
                Progress progress = new Progress(command.commandLine().getErr());
                Isospin iso = backend.open(threads)) {
            List<TensorView> matrices = tensors.matrices(checkpoint, file);
            measure.open(matrices);
            for (TensorView tensor : matrices) {
                progress.show("check: " + (rows.size() + 1) + " of " + matrices.size() + ", " + tensor.name());
                rows.add(measure.measure(iso, tensor));
            }
        } finally {
            measure.close();
        }
        // Double.compare ranks NaN above everything.
        rows.sort(Comparator.comparingDouble(Row::excess).reversed());
        long failed = rows.stream().filter(row -> !row.passes()).count();
        PrintWriter out = command.commandLine().getOut();
        if (!json.isOnStandardOutput()) {
            print(measure, rows, failed, out);
        }
        json.write(report(measure, rows, failed), out);
        return failed == 0 ? ExitCode.GOOD : ExitCode.CHECK_FAILED;
    }

    private void print(Measure measure, List<Row> rows, long failed, PrintWriter out) {
        Table table = new Table().words("tensor").words("type").numbers("shape");
        measure.columns().forEach(table::numbers);
        table.numbers("tolerance").words("");
        for (Row row : rows) {
            List<String> cells = new ArrayList<>();
            cells.add(row.tensor());
            cells.add(row.type());
            cells.add(row.rows() + " x " + row.columns());
            row.figures().values().forEach(value -> cells.add(format(value)));
            cells.add(format(row.tolerance()));
            cells.add(row.passes() ? "ok" : row.isFinite() ? "BEYOND" : "NOT FINITE");
            table.row(row.passes() ? Table.Tint.PLAIN : Table.Tint.BAD, cells.toArray(String[]::new));
        }
        table.print(out);
        out.println();
        out.println(
                failed == 0
                        ? "all " + rows.size() + " matrices of " + file + " are within tolerance"
                        : failed + " of " + rows.size() + " matrices of " + file + " are beyond tolerance");
    }

    private static String format(double value) {
        return String.format(Locale.ROOT, "%.2e", value);
    }

    private ObjectNode report(Measure measure, List<Row> rows, long failed) {
        ObjectNode report = Report.of("check", 1);
        report.put("file", file.toString());
        report.put("measure", measure.name());
        report.put("failed", failed);
        ArrayNode matrices = report.putArray("matrices");
        for (Row row : rows) {
            ObjectNode matrix = matrices.addObject();
            matrix.put("tensor", row.tensor());
            matrix.put("dtype", row.type());
            matrix.put("rows", row.rows());
            matrix.put("columns", row.columns());
            row.figures().forEach(matrix::put);
            matrix.put("tolerance", row.tolerance());
            matrix.put("passes", row.passes());
        }
        return report;
    }
}
