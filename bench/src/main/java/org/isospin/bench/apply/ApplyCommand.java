package org.isospin.bench.apply;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.apply.Operation.Kernel;
import org.isospin.bench.apply.Operation.Outcome;
import org.isospin.bench.apply.Operation.Shape;
import org.isospin.bench.cli.BackendOption;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.JsonOption;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.TensorOption;
import org.isospin.bench.cli.ThreadsOption;
import org.isospin.bench.cli.UsageException;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.checkpoint.TensorView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code isospin apply}: a kernel on the matrices of a checkpoint. Results are computed one by one as the file is written, so
 * the memory is that of the largest tensor; the file appears when it is complete, and not at all if anything fails.
 */
@Command(
        name = "apply",
        description = {
            "Applies a kernel to the 2-D tensors (F32, F64, BF16, F16) of a safetensors file and writes a new file. Results"
                    + " have the type of their tensor; everything else is copied unchanged. OUT appears when it is"
                    + " complete, and stays as it was if anything fails; it may be IN (with --force)."
        },
        modelTransformer = ApplyHelp.class)
@SuppressWarnings("NullAway.Init")
public final class ApplyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @picocli.CommandLine.Parameters(index = "0", paramLabel = "OP", description = "What to do, see below")
    private String operation;

    @picocli.CommandLine.Parameters(index = "1", paramLabel = "IN", description = "A safetensors file")
    private Path in;

    @picocli.CommandLine.Parameters(index = "2", paramLabel = "OUT", description = "The file to write")
    private Path out;

    @Option(names = "--param", paramLabel = "KEY=VALUE", description = "Tells the operation something; may be repeated")
    private Map<String, String> parameters = new LinkedHashMap<>();

    @Option(names = "--force", description = "Replace OUT if it exists")
    private boolean force;

    @Mixin
    private TensorOption tensors;

    @Mixin
    private BackendOption backend;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private JsonOption json;

    /** For picocli. */
    public ApplyCommand() {}

    @Override
    public Integer call() throws IOException {
        Operation chosen = Operations.named(operation);
        Kernel kernel = chosen.kernel(parameters);
        json.check();
        checkOutput();
        long start = System.nanoTime();
        ObjectNode report = Report.of("apply", 1);
        try (Checkpoint checkpoint = Safetensors.open(in);
                Progress progress = new Progress(command.commandLine().getErr());
                Isospin iso = backend.open(threads)) {
            Map<String, TensorView> matrices = new LinkedHashMap<>();
            tensors.matrices(checkpoint, in).forEach(tensor -> matrices.put(tensor.name(), tensor));
            checkShapes(chosen, matrices);
            report.put("operation", chosen.name());
            report.put("in", in.toString());
            report.put("out", out.toString());
            report.put("backend", iso.describe().backend());
            report.put("threads", iso.threads());
            ArrayNode results = report.putArray("matrices");
            SafetensorsWriter writer = new SafetensorsWriter();
            checkpoint.metadata().forEach(writer::metadata);
            for (TensorView tensor : checkpoint.tensors()) {
                if (matrices.containsKey(tensor.name())) {
                    Matrix a = tensor.matrix();
                    Shape shape = chosen.shape();
                    writer.add(tensor.name(), shape.dtype(a), shape.rows(a), shape.columns(a), () -> {
                        progress.show(
                                "apply: " + (results.size() + 1) + " of " + matrices.size() + ", " + tensor.name());
                        return apply(iso, kernel, shape, tensor, results.addObject());
                    });
                } else {
                    writer.add(tensor);
                }
            }
            writer.write(out);
            report.put("copied", checkpoint.tensors().size() - matrices.size());
        }
        report.put("bytes", Files.size(out));
        report.put("seconds", (System.nanoTime() - start) / 1e9);
        long bad = report.get("matrices")
                .valueStream()
                .filter(result -> !result.get("isGood").asBoolean())
                .count();
        report.put("bad", bad);
        PrintWriter stdout = command.commandLine().getOut();
        if (!json.isOnStandardOutput()) {
            stdout.println(summary(report));
        }
        json.write(report, stdout);
        return bad == 0 ? ExitCode.GOOD : ExitCode.CHECK_FAILED;
    }

    private void checkOutput() {
        if (Files.exists(out) && !force) {
            throw new UsageException(out + ": exists already; --force replaces it");
        }
        Path folder = out.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException(out + ": there is no folder " + folder);
        }
    }

    private void checkShapes(Operation chosen, Map<String, TensorView> matrices) {
        if (chosen.shape() != Shape.SQUARE) {
            return;
        }
        for (TensorView tensor : matrices.values()) {
            if (!tensor.matrix().isSquare()) {
                throw new UsageException(in + ": " + chosen.name() + " needs square matrices, and " + tensor
                        + " is not; --tensor chooses others");
            }
        }
    }

    private Matrix apply(Isospin iso, Kernel kernel, Shape shape, TensorView tensor, ObjectNode result) {
        Matrix a = tensor.matrix();
        Matrix computed = Matrix.allocate(shape.dtype(a), shape.rows(a), shape.columns(a));
        Outcome outcome;
        long start = System.nanoTime();
        try {
            outcome = kernel.apply(iso, tensor.name(), a, computed);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new UsageException(in + ": " + tensor.name() + ": " + e.getMessage(), e);
        }
        result.put("tensor", tensor.name());
        result.put("dtype", a.dtype().name());
        result.put("rows", a.rows());
        result.put("columns", a.columns());
        result.put("seconds", (System.nanoTime() - start) / 1e9);
        result.put("isGood", outcome.isGood());
        outcome.figures().forEach(result::put);
        return computed;
    }

    private static String summary(ObjectNode report) {
        int count = report.get("matrices").size();
        long bad = report.get("bad").asLong();
        return String.format(
                Locale.ROOT,
                "%s: %d %s computed on %s%s, %d tensors copied; %s, %.1f MB, %.1f s",
                report.get("operation").asString(),
                count,
                count == 1 ? "matrix" : "matrices",
                report.get("backend").asString(),
                bad == 0 ? "" : ", " + bad + " WITHOUT CONVERGING",
                report.get("copied").asInt(),
                report.get("out").asString(),
                report.get("bytes").asLong() / 1e6,
                report.get("seconds").asDouble());
    }
}
