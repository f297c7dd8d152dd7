package org.isospin.bench.merge;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.isospin.Isospin;
import org.isospin.bench.cli.BackendOption;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.JsonOption;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.SeedOption;
import org.isospin.bench.cli.Table;
import org.isospin.bench.cli.TensorOption;
import org.isospin.bench.cli.ThreadsOption;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.merge.Treatment.Action;
import org.isospin.checkpoint.TensorView;
import org.isospin.merge.OrthoMergeOptions.Side;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code isospin merge}: models that were fine-tuned from one base in one file. */
@Command(
        name = "merge",
        description = {
            "Merges models that were fine-tuned from one base. Results have the first expert's types; metadata are all"
                    + " experts', the first's where they differ. OUT appears when it is complete, and stays as it was if"
                    + " anything fails; it may be an input (with --force).",
            "",
            "Matrices (2-D; F32, F64, BF16, F16) are merged. Tensors whose bytes are equal in all experts, and in the"
                    + " base if there is one, are copied. Other floating point is averaged by the weights, as are matrices"
                    + " that the base does not have in this shape. Integers and other types that differ are taken from the"
                    + " base, or from the first expert. A name that not all experts have is taken from the first that has"
                    + " it; one that only the base has is left out. One name in several shapes is an error."
        },
        footer = {
            "",
            "Methods, and what the weights do:",
            "  orthomerge-g     rotations W0*R nearest to each expert, averaged in the Lie",
            "                   algebra; what they leave by task arithmetic",
            "  orthomerge-c     the same, fitted to the rows that conflict with the mean",
            "                   change",
            "  karcher          the mean: of these rotations on the group, and of what they",
            "                   leave; weights are shares",
            "  task-arithmetic  W0 + scale * sum of weight * change",
            "  ties             the largest changes, of the sign that was elected",
            "  dare             task arithmetic after a random part was dropped",
            "  tsv-m            the leading singular vectors of the changes, made orthogonal",
            "",
            "Examples:",
            "  isospin merge --experts math.safetensors code.safetensors \\",
            "      --base base.safetensors --method orthomerge-g -o merged.safetensors",
            "  isospin merge --experts a/ b/ --base mean --method karcher \\",
            "      --weights 2,1 -o merged.safetensors --dry-run"
        })
@SuppressWarnings("NullAway.Init")
public final class MergeCommand implements Callable<Integer> {
    private static final String MEAN = "mean";

    @Spec
    private CommandSpec command;

    @Option(
            names = "--experts",
            arity = "1..*",
            required = true,
            paramLabel = "EXPERT",
            description = "Safetensors files, or folders with model.safetensors or its index")
    private List<Path> experts;

    @Option(
            names = "--base",
            paramLabel = "FILE|mean",
            description =
                    "What the experts were fine-tuned from, file or folder; mean: the mean of the experts by their"
                            + " weights. Needed, but for karcher, which takes the mean by itself")
    private @Nullable String base;

    @Option(names = "--method", required = true, paramLabel = "NAME", description = "See below")
    private String method;

    @Option(
            names = "--weights",
            split = ",",
            paramLabel = "WEIGHT",
            description = "One of each expert, 0 or more; a factor of its change. Default: 1")
    private List<Double> weights = List.of();

    @Option(
            names = "--scale",
            description = "A factor of the merged change; of what rotations leave, for orthomerge. Default: 0.2; 1 for"
                    + " ties and tsv-m")
    private @Nullable Double scale;

    @Option(names = "--keep", description = "ties: the share of each change that counts. Default: 0.2")
    private @Nullable Double keep;

    @Option(names = "--drop", description = "dare: the probability of dropping an element. Default: 0.5")
    private @Nullable Double drop;

    @Option(
            names = "--side",
            paramLabel = "inputs|shorter",
            description =
                    "What rotations turn: the inputs of each matrix, or its shorter side, which is faster where that"
                            + " is the outputs. Default: inputs")
    private @Nullable String side;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT",
            description = "The file to write")
    private Path out;

    @Option(names = "--force", description = "Replace OUT if it exists")
    private boolean force;

    @Option(names = "--dry-run", description = "Only tell what would become of each tensor")
    private boolean isDry;

    @Mixin
    private TensorOption tensors;

    @Mixin
    private SeedOption seed;

    @Mixin
    private BackendOption backend;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private JsonOption json;

    /** For picocli. */
    public MergeCommand() {}

    @Override
    public Integer call() throws IOException {
        Method chosen = Method.named(method);
        Method.Merge merge = chosen.with(new Method.Numbers(scale, keep, drop, seed.value(), side()));
        double[] factors = weights();
        if (base == null && chosen != Method.KARCHER) {
            throw new UsageException(
                    "--method " + chosen + " needs a base: --base FILE, or --base mean for the experts' mean");
        }
        json.check();
        checkOutput();
        long start = System.nanoTime();
        ObjectNode report = Report.of("merge", 1);
        try (Inputs inputs = Inputs.open(experts, base == null || base.equals(MEAN) ? null : Path.of(base))) {
            Model first = inputs.experts().getFirst();
            Set<String> matrices = tensors.matrices(first.tensors().values(), first.path()).stream()
                    .map(TensorView::name)
                    .collect(Collectors.toSet());
            List<Treatment> plan = new Plan(inputs.experts(), inputs.base(), matrices).treatments();
            report.put("method", chosen.toString());
            tell(plan, report);
            if (!isDry) {
                write(chosen, merge, factors, inputs, plan, report);
                report.put("bytes", Files.size(out));
            }
            report.put("seconds", (System.nanoTime() - start) / 1e9);
            if (!json.isOnStandardOutput()) {
                print(plan, report);
            }
        }
        json.write(report, command.commandLine().getOut());
        return ExitCode.GOOD;
    }

    private @Nullable Side side() {
        if (side == null) {
            return null;
        }
        return switch (side) {
            case "inputs" -> Side.INPUTS;
            case "shorter" -> Side.SHORTER;
            default -> throw new UsageException("--side: inputs or shorter, not '" + side + "'");
        };
    }

    private double[] weights() {
        double[] given = new double[experts.size()];
        Arrays.fill(given, 1);
        if (weights.isEmpty()) {
            return given;
        }
        if (weights.size() != given.length) {
            throw new UsageException("--weights: " + weights.size() + " for " + given.length + " experts");
        }
        double sum = 0;
        for (int i = 0; i < given.length; i++) {
            given[i] = weights.get(i);
            if (!(given[i] >= 0)) {
                throw new UsageException("--weights: 0 or more, not " + given[i]);
            }
            sum += given[i];
        }
        if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
            throw new UsageException("--weights: their sum is " + sum);
        }
        return given;
    }

    private void checkOutput() {
        if (Files.isDirectory(out)) {
            throw new UsageException(out + ": is a folder");
        }
        if (Files.exists(out) && !force && !isDry) {
            throw new UsageException(out + ": exists already; --force replaces it");
        }
        Path folder = out.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException(out + ": there is no folder " + folder);
        }
    }

    private void write(
            Method chosen, Method.Merge merge, double[] factors, Inputs inputs, List<Treatment> plan, ObjectNode report)
            throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        inputs.experts().forEach(expert -> expert.metadata().forEach(metadata::putIfAbsent));
        try (Progress progress = new Progress(command.commandLine().getErr());
                Isospin iso = backend.open(threads);
                Merger merger = new Merger(iso, chosen, merge, factors, progress)) {
            merger.write(plan, metadata, out);
            report.put("out", out.toString());
            report.put("backend", iso.describe().backend());
            report.put("threads", iso.threads());
            ArrayNode notes = report.putArray("notes");
            merger.notes().forEach(notes::add);
        }
    }

    private static void tell(List<Treatment> plan, ObjectNode report) {
        ArrayNode all = report.putArray("tensors");
        for (Treatment treatment : plan) {
            ObjectNode one = all.addObject();
            one.put("tensor", treatment.tensor().name());
            one.put("action", treatment.action().toString());
            one.put("note", treatment.note());
        }
    }

    private void print(List<Treatment> plan, ObjectNode report) {
        PrintWriter stdout = command.commandLine().getOut();
        if (isDry) {
            Table table = new Table()
                    .words("tensor")
                    .words("type")
                    .words("shape")
                    .words("becomes")
                    .words("why");
            for (Treatment treatment : plan) {
                TensorView tensor = treatment.tensor();
                table.row(
                        treatment.action() == Action.REFUSE ? Table.Tint.BAD : Table.Tint.PLAIN,
                        tensor.name(),
                        tensor.type().name(),
                        Arrays.toString(tensor.shape()),
                        treatment.action().toString(),
                        treatment.note());
            }
            table.print(stdout);
        } else {
            report.get("notes").valueStream().forEach(note -> stdout.println(note.asString()));
        }
        Table sums = new Table().words(method).numbers("tensors").numbers("MB");
        for (Action action : Action.values()) {
            List<Treatment> some =
                    plan.stream().filter(t -> t.action() == action).toList();
            if (!some.isEmpty()) {
                double bytes = some.stream()
                        .mapToDouble(t -> t.tensor().bytes().byteSize())
                        .sum();
                sums.row(
                        action.toString(),
                        Integer.toString(some.size()),
                        String.format(Locale.ROOT, "%.1f", bytes / 1e6));
            }
        }
        sums.print(stdout);
        if (!isDry) {
            stdout.println(String.format(
                    Locale.ROOT,
                    "%s: %.1f MB, %.1f s on %s",
                    out,
                    report.get("bytes").asLong() / 1e6,
                    report.get("seconds").asDouble(),
                    report.get("backend").asString()));
        }
    }

    /**
     * What is merged.
     *
     * @param experts at least one
     * @param base null if it is their mean
     */
    private record Inputs(List<Model> experts, @Nullable Model base) implements AutoCloseable {
        static Inputs open(List<Path> experts, @Nullable Path base) throws IOException {
            List<Model> models = new ArrayList<>();
            try {
                for (Path expert : experts) {
                    models.add(Model.open(expert));
                }
                return new Inputs(models, base == null ? null : Model.open(base));
            } catch (IOException | RuntimeException e) {
                models.forEach(Model::close);
                throw e;
            }
        }

        @Override
        public void close() {
            experts.forEach(Model::close);
            if (base != null) {
                base.close();
            }
        }
    }
}
