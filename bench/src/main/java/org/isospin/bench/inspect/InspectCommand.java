package org.isospin.bench.inspect;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.isospin.Isospin;
import org.isospin.bench.cli.BackendOption;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.HtmlOption;
import org.isospin.bench.cli.JsonOption;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.Table;
import org.isospin.bench.cli.TensorOption;
import org.isospin.bench.cli.ThreadsOption;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.model.Model;
import org.isospin.checkpoint.TensorView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code isospin inspect}: spectra and energies of a model's matrices, and what tuning changed. */
@Command(
        name = "inspect",
        description = {
            "Measures the 2-D tensors of a model, a row for each: its largest singular value, those that 10, 50 and 90 %% of"
                    + " all are above and the smallest, over the largest; the entropy of their squares, from 0 for one"
                    + " direction to 1 for all alike; the stable rank (sum of squares over the largest) and the effective"
                    + " one; and the hyperspherical energy of its rows over that of uniform directions, 1 for Gaussian"
                    + " rows, more where rows point the same way.",
            "",
            "With --against BASE also what became of each since: its change over the base's norm, how far a singular value"
                    + " drifted over the largest, the largest angle of the rotation that takes the base nearest to it and"
                    + " the root mean square of all, in degrees, and the share of the change that this rotation does not explain."
        },
        footer = {
            "",
            "Examples:",
            "  isospin inspect model.safetensors",
            "  isospin inspect tuned/ --against base/ --html tuned.html --tensor 'layers\\.[0-3]\\.'"
        })
@SuppressWarnings("NullAway.Init")
public final class InspectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Parameters(
            paramLabel = "MODEL",
            description = "A safetensors file, or a folder with model.safetensors or its index")
    private Path file;

    @Option(names = "--against", paramLabel = "BASE", description = "What it was tuned from, file or folder")
    private @Nullable Path against;

    @Option(
            names = "--neurons",
            paramLabel = "N",
            defaultValue = "8192",
            description = "Rows up to which energies are measured: the work grows with their square. Default:"
                    + " ${DEFAULT-VALUE}")
    private int neurons;

    @Mixin
    private TensorOption tensors;

    @Mixin
    private BackendOption backend;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private JsonOption json;

    @Mixin
    private HtmlOption html;

    /** For picocli. */
    public InspectCommand() {}

    @Override
    public Integer call() throws IOException {
        if (neurons < 0) {
            throw new UsageException("--neurons: 0 or more, not " + neurons);
        }
        json.check();
        html.check();
        List<MatrixFigures> rows = new ArrayList<>();
        SequencedMap<String, String> leftOut = new LinkedHashMap<>();
        PrintWriter out = command.commandLine().getOut();
        try (Model model = Model.open(file);
                Model base = Model.open(against == null ? file : against);
                Progress progress = new Progress(command.commandLine().getErr());
                Isospin iso = backend.open(threads)) {
            List<TensorView> matrices = tensors.matrices(model.tensors().values(), file);
            int done = 0;
            for (TensorView tensor : matrices) {
                done++;
                progress.show("inspect: " + done + " of " + matrices.size() + ", " + tensor.name());
                try {
                    rows.add(MatrixFigures.measure(iso, tensor, counterpart(base, tensor, leftOut), neurons));
                } catch (IllegalArgumentException | ArithmeticException e) {
                    leftOut.put(tensor.name(), String.valueOf(e.getMessage()));
                }
            }
            if (!json.isOnStandardOutput()) {
                print(rows, leftOut, out);
            }
            json.write(report(rows, leftOut, iso), out);
            html.write(() -> InspectPage.of(facts(iso), rows, leftOut, against != null));
        }
        return ExitCode.GOOD;
    }

    /** {@return the base's tensor, if there is a base and it has one of this shape} */
    private @Nullable TensorView counterpart(Model base, TensorView tensor, SequencedMap<String, String> leftOut) {
        if (against == null) {
            return null;
        }
        TensorView other = base.tensors().get(tensor.name());
        if (other != null && other.isMatrix() && Arrays.equals(other.shape(), tensor.shape())) {
            return other;
        }
        leftOut.put(tensor.name(), "not compared: the base has " + (other == null ? "none" : other.toString()));
        return null;
    }

    private SequencedMap<String, String> facts(Isospin iso) {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("model", file.toString());
        if (against != null) {
            facts.put("against", against.toString());
        }
        facts.put("measured on", iso.describe().backend() + ", in F64");
        return facts;
    }

    private void print(List<MatrixFigures> rows, SequencedMap<String, String> leftOut, PrintWriter out) {
        Table table = new Table().words("tensor").words("type").numbers("shape");
        MatrixFigures.headings(against != null).forEach(table::numbers);
        for (MatrixFigures row : rows) {
            List<String> cells = new ArrayList<>();
            cells.add(row.tensor().name());
            cells.add(row.tensor().type().name());
            cells.add(shape(row.tensor()));
            cells.addAll(cells(row, against != null));
            table.row(cells.toArray(String[]::new));
        }
        table.print(out);
        leftOut.forEach((name, why) -> out.println(name + ": " + why));
    }

    static String shape(TensorView tensor) {
        return tensor.shape()[0] + " x " + tensor.shape()[1];
    }

    /** {@return the figures as people read them} */
    static List<String> cells(MatrixFigures row, boolean isCompared) {
        List<String> cells = new ArrayList<>();
        row.figures()
                .forEach((name, value) -> cells.add(
                        name.endsWith("ngle")
                                ? Figures.significant(Math.toDegrees(value)) + "°"
                                : Figures.significant(value)));
        while (cells.size() < MatrixFigures.headings(isCompared).size()) {
            cells.add("-");
        }
        return cells;
    }

    private ObjectNode report(List<MatrixFigures> rows, SequencedMap<String, String> leftOut, Isospin iso) {
        ObjectNode report = Report.of("inspect", 1);
        facts(iso).forEach(report::put);
        ArrayNode matrices = report.putArray("matrices");
        for (MatrixFigures row : rows) {
            ObjectNode matrix = matrices.addObject();
            matrix.put("tensor", row.tensor().name());
            matrix.put("dtype", row.tensor().type().name());
            matrix.put("rows", row.tensor().shape()[0]);
            matrix.put("columns", row.tensor().shape()[1]);
            row.figures().forEach(matrix::put);
            ArrayNode values = matrix.putArray("singularValues");
            for (double value : row.spectrum().values()) {
                values.add(value);
            }
        }
        ObjectNode notes = report.putObject("notes");
        leftOut.forEach(notes::put);
        return report;
    }
}
