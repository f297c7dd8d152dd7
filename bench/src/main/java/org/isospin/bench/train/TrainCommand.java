package org.isospin.bench.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import org.isospin.Isospin;
import org.isospin.bench.cli.BackendOption;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.HtmlOption;
import org.isospin.bench.cli.JsonOption;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.SeedOption;
import org.isospin.bench.cli.ThreadsOption;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.train.ModelShape.Normalization;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code isospin train}: a small transformer language model, by one optimizer or by several in comparison. */
@Command(
        name = "train",
        description = {
            "Trains a transformer language model on the bytes of a text, forward and backward written on Isospin's own products,"
                    + " and tells the loss on the tenth of the text that was held out.",
            "",
            "With --compare each method gets the best of as many learning rates on as many tokens. The methods compared train"
                    + " the matrices inside the blocks; embeddings, gains and the head are AdamW's in every run.",
            "",
            "adamw, muon, pion and muonr step these matrices; poet trains rotations of them and merges these from time to time."
                    + " oft fine-tunes a model by rotations of its inputs alone; all else stays as it is."
        },
        footer = {
            "",
            "Examples:",
            "  isospin train                                              Pion on the text that comes along",
            "  isospin train --compare adamw,muon,pion,muonr --html train.html",
            "  isospin train --no-norm --compare adamw,pion novel.txt",
            "  isospin train --method poet --block 32                     rotations of 32 coordinates at a time",
            "  isospin train --output model.safetensors novel.txt",
            "  isospin train --from model.safetensors --method oft --output tuned.safetensors other.txt",
            "  isospin train --steps 20000 --checkpoint run novel.txt     killed, the same command goes on"
        })
@SuppressWarnings("NullAway.Init")
public final class TrainCommand implements Callable<Integer> {
    private static final String DEFAULT_TEXT = "king-james.txt";

    /** Steps between two writes of a run that is kept. */
    private static final int KEPT_EVERY = 50;

    /** What makes a model's shape. */
    private static final List<String> SHAPE = List.of("--context", "--layers", "--width", "--heads", "--no-norm");

    @Spec
    private CommandSpec command;

    @Parameters(
            arity = "0..1",
            paramLabel = "TEXT",
            description = "A file; each byte is a token. Default: six books of the King James Bible")
    private @Nullable Path text;

    @Option(
            names = {"--method", "--optimizer"},
            paramLabel = "NAME",
            description = "adamw, muon, pion, muonr, poet or oft. Default: pion")
    private @Nullable String method;

    @Option(
            names = "--compare",
            split = ",",
            paramLabel = "NAME",
            description = "Several methods, each at each of its learning rates")
    private List<String> compare = List.of();

    @Option(
            names = "--rates",
            split = ",",
            paramLabel = "RATE",
            description =
                    "The learning rates of every method. Default: three for each, the middle one without --compare")
    private List<Double> rates = List.of();

    @Option(
            names = "--block",
            paramLabel = "B",
            description = "Of poet and oft: coordinates that rotate together. Default: " + Recipe.BLOCK)
    private @Nullable Integer block;

    @Option(
            names = "--merge-every",
            paramLabel = "STEPS",
            description = "Of poet: steps between two merges. Default: " + Recipe.MERGE_EVERY)
    private @Nullable Integer mergeEvery;

    @Option(names = "--steps", defaultValue = "400", description = "Steps of a run. Default: ${DEFAULT-VALUE}")
    private int steps;

    @Option(names = "--windows", defaultValue = "8", description = "Windows a step. Default: ${DEFAULT-VALUE}")
    private int windows;

    @Option(names = "--context", defaultValue = "64", description = "Tokens of a window. Default: ${DEFAULT-VALUE}")
    private int context;

    @Option(names = "--layers", defaultValue = "4", description = "Blocks. Default: ${DEFAULT-VALUE}")
    private int layers;

    @Option(names = "--width", defaultValue = "128", description = "Numbers for a token. Default: ${DEFAULT-VALUE}")
    private int width;

    @Option(names = "--heads", defaultValue = "4", description = "Heads of attention. Default: ${DEFAULT-VALUE}")
    private int heads;

    @Option(
            names = "--from",
            paramLabel = "MODEL",
            description = "Start from a model that --output wrote, of its shape, on a text of its bytes")
    private @Nullable Path from;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "MODEL",
            description = "Write the model in the end as safetensors, rotations multiplied in; for a single run")
    private @Nullable Path output;

    @Option(names = "--no-norm", description = "Leave all normalisation out")
    private boolean noNorm;

    @Option(
            names = "--seeds",
            defaultValue = "1",
            description = "Run the best rate with so many seeds in all. Default: ${DEFAULT-VALUE}")
    private int seeds;

    @Option(
            names = "--checkpoint",
            paramLabel = "FOLDER",
            description = "Keep the run there as it goes, and go on from what is there, bit for bit; for a single run")
    private @Nullable Path checkpoint;

    @Mixin
    private SeedOption seed;

    @Mixin
    private BackendOption backend;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private JsonOption json;

    @Mixin
    private HtmlOption html;

    /** For picocli. */
    public TrainCommand() {}

    @Override
    public Integer call() throws IOException {
        List<Recipe> recipes = recipes();
        json.check();
        html.check();
        ModelFile start = from == null ? null : ModelFile.read(from);
        Corpus corpus = start == null ? Corpus.of(bytes()) : Corpus.of(bytes(), start.alphabet());
        Settings settings = settings(corpus, start);
        String name = text == null ? DEFAULT_TEXT : String.valueOf(text.getFileName());
        SequencedMap<String, String> facts = TrainReport.facts(corpus, name, settings);
        double bigramEntropy = corpus.bigramEntropy();
        PrintWriter out = command.commandLine().getOut();
        Comparison comparison;
        try (Progress progress = new Progress(command.commandLine().getErr());
                Isospin iso = backend.open(threads)) {
            facts.put("backend", iso.describe().backend() + ", " + iso.threads() + " threads");
            Training single = single(iso, corpus, settings, recipes);
            if (start != null) {
                facts.put("start", String.valueOf(from));
            }
            if (single != null) {
                facts.put("trained numbers", Long.toString(single.trainedNumbers()));
            }
            if (!json.isOnStandardOutput()) {
                facts.forEach((fact, value) -> out.println(fact + ": " + value));
                out.flush();
            }
            Comparison.Listener listener =
                    (run, runs, recipe, rate, step, loss, seconds, angle) -> progress.show(String.format(
                            Locale.ROOT,
                            "train %d of %d: %s at %s, step %d of %d, loss %.3f, %.0f tokens/s, angle %s",
                            run + 1,
                            runs,
                            recipe.name(),
                            TrainReport.rate(rate),
                            step,
                            settings.steps(),
                            loss,
                            settings.tokensPerStep() / seconds,
                            TrainReport.small(angle)));
            comparison = single == null
                    ? Comparison.of(iso, corpus, settings, recipes, seeds, listener)
                    : Comparison.of(single, listener);
            if (single != null && output != null) {
                single.write(output);
            }
        }
        if (!json.isOnStandardOutput()) {
            out.println();
            TrainReport.print(comparison, bigramEntropy, out);
        }
        json.write(TrainReport.json(comparison, facts, bigramEntropy), out);
        html.write(() -> TrainPage.of(comparison, facts, bigramEntropy));
        return ExitCode.GOOD;
    }

    /** {@return the only run, or null if there are several} */
    private @Nullable Training single(Isospin iso, Corpus corpus, Settings settings, List<Recipe> recipes)
            throws IOException {
        Recipe recipe = recipes.getFirst();
        if (recipes.size() > 1 || recipe.rates().size() > 1 || seeds > 1) {
            return null;
        }
        Training training =
                new Training(iso, corpus, settings, recipe, recipe.rates().getFirst());
        if (checkpoint != null) {
            training.keepIn(checkpoint, KEPT_EVERY);
        }
        return training;
    }

    private List<Recipe> recipes() {
        if (method != null && !compare.isEmpty()) {
            throw new UsageException("either --method or --compare");
        }
        boolean isOne = compare.isEmpty();
        List<String> names = isOne ? List.of(Objects.requireNonNullElse(method, "pion")) : compare;
        if (names.stream().distinct().count() < names.size()) {
            throw new UsageException("--compare names a method twice");
        }
        if ((checkpoint != null || output != null) && (!isOne || rates.size() > 1 || seeds > 1)) {
            throw new UsageException((checkpoint != null ? "--checkpoint keeps" : "--output writes")
                    + " a single run: no --compare, one of --rates, one of --seeds");
        }
        if (names.contains("oft") && from == null) {
            throw new UsageException("oft fine-tunes a model: --from names the file that --output wrote");
        }
        for (double rate : rates) {
            if (!(rate > 0 && Double.isFinite(rate))) {
                throw new UsageException("--rates must be positive, not " + rate);
            }
        }
        return names.stream()
                .map(Recipe::named)
                .map(this::withRotations)
                .map(r -> !rates.isEmpty() ? r.withRates(rates) : isOne ? r.withRates(r.middle()) : r)
                .toList();
    }

    private Recipe withRotations(Recipe recipe) {
        if (block == null && mergeEvery == null) {
            return recipe;
        }
        int b = Objects.requireNonNullElse(block, Recipe.BLOCK);
        int every = Objects.requireNonNullElse(mergeEvery, Recipe.MERGE_EVERY);
        require("--block", b, 1);
        require("--merge-every", every, 1);
        return recipe.withRotations(b, every);
    }

    private Settings settings(Corpus corpus, @Nullable ModelFile start) {
        require("--steps", steps, 1);
        require("--windows", windows, 1);
        require("--context", context, 1);
        require("--layers", layers, 1);
        require("--width", width, 1);
        require("--heads", heads, 1);
        require("--seeds", seeds, 1);
        if (width % heads != 0) {
            throw new UsageException("--heads " + heads + " do not divide --width " + width);
        }
        int length = start != null ? start.shape().context() : context;
        if (corpus.heldOutLength() < length + 2) {
            throw new UsageException(
                    "the text is too short: a tenth of it must hold more than " + (length + 1) + " bytes");
        }
        for (String option : SHAPE) {
            if (start != null && command.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new UsageException("--from brings the model's shape with it: no " + option);
            }
        }
        Normalization normalization = noNorm ? Normalization.NONE : Normalization.RMS;
        ModelShape shape = start != null
                ? start.shape()
                : new ModelShape(layers, width, heads, 4 * width, context, corpus.vocabulary(), normalization);
        return new Settings(shape, windows, steps, seed.value(), start);
    }

    private static void require(String option, int value, int least) {
        if (value < least) {
            throw new UsageException(option + " must be at least " + least + ", not " + value);
        }
    }

    private byte[] bytes() throws IOException {
        if (text != null) {
            return Files.readAllBytes(text);
        }
        try (InputStream in = Objects.requireNonNull(TrainCommand.class.getResourceAsStream(DEFAULT_TEXT))) {
            return in.readAllBytes();
        }
    }
}
