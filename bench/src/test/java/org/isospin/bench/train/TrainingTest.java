package org.isospin.bench.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.isospin.Isospin;
import org.isospin.bench.Cli;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.train.ModelShape.Normalization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs: killed and resumed, side by side, and from the command line. */
class TrainingTest {
    private static final int STEPS = 8;
    private static final Isospin ISO = Isospin.cpu();
    private static final Corpus CORPUS = Corpus.of(text());

    @TempDir
    Path folder;

    @AfterAll
    static void close() {
        ISO.close();
    }

    private static byte[] text() {
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder text = new StringBuilder();
        while (text.length() < 2000) {
            text.append("abcdefgh", 0, 1 + random.nextInt(8)).append(' ');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Settings settings(int steps) {
        ModelShape shape = new ModelShape(2, 12, 3, 20, 7, CORPUS.vocabulary(), Normalization.RMS);
        return new Settings(shape, 3, steps, 5);
    }

    private static Training training(String recipe) {
        // Two merges in eight steps.
        Recipe r = Recipe.named(recipe).withRotations(4, 3);
        return new Training(ISO, CORPUS, settings(STEPS), r, r.middle().getFirst());
    }

    /** Everything but times. */
    private static void assertSame(RunResult actual, RunResult expected) {
        assertThat(actual.heldOut()).isEqualTo(expected.heldOut()).isFinite();
        assertThat(actual.curve()).isEqualTo(expected.curve());
        assertThat(actual.matrices()).isEqualTo(expected.matrices());
        assertThat(actual.largestAngle()).isEqualTo(expected.largestAngle());
    }

    private static void kill(Training training, int step) {
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> training.run((at, loss, seconds, angle) -> {
                    if (at == step) {
                        throw new CancellationException("killed");
                    }
                }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"adamw", "muon", "pion", "muonr", "poet", "oft"})
    void aRunThatIsKilledGoesOnAsIfNothingHadHappened(String recipe) throws IOException {
        RunResult whole = training(recipe).run((step, loss, seconds, angle) -> {});
        for (int every : new int[] {1, 3}) {
            Path kept = folder.resolve("every" + every);
            for (int killed = 1; killed < STEPS; killed++) {
                Training training = training(recipe);
                training.keepIn(kept, every);
                kill(training, killed);
            }
            Training last = training(recipe);
            last.keepIn(kept, every);
            assertSame(
                    last.run((step, loss, seconds, angle) -> assertThat(step).isGreaterThan(STEPS - 1 - every)), whole);
            Training ended = training(recipe);
            ended.keepIn(kept, every);
            assertSame(
                    ended.run((step, loss, seconds, angle) -> {
                        throw new AssertionError("all steps were done");
                    }),
                    whole);
            try (var files = Files.list(kept)) {
                assertThat(files.map(f -> f.getFileName().toString()))
                        .containsExactlyInAnyOrder("model.safetensors", "optimizer-" + STEPS + ".safetensors");
            }
        }
    }

    @Test
    void aRunThatIsKilledWhileItWritesLeavesTheStepBefore() throws IOException {
        Training first = training("pion");
        first.keepIn(folder, 2);
        kill(first, 4);
        Files.writeString(folder.resolve("optimizer-6.safetensors"), "half a file");
        Training second = training("pion");
        second.keepIn(folder, 2);
        assertSame(
                second.run((step, loss, seconds, angle) -> assertThat(step).isGreaterThan(4)),
                training("pion").run((step, loss, seconds, angle) -> {}));
    }

    @Test
    void anotherRunIsRefusedWithAllDifferences() throws IOException {
        Training first = training("muon");
        first.keepIn(folder, 2);
        kill(first, 3);
        Recipe pion = Recipe.named("pion");
        Training other = new Training(ISO, CORPUS, settings(STEPS + 1), pion, 0.125);
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> other.keepIn(folder, 2))
                .withMessageContaining("optimizer is muon there, here pion")
                .withMessageContaining(
                        "rate is " + Recipe.named("muon").middle().getFirst() + " there, here 0.125")
                .withMessageContaining("steps=8")
                .withMessageContaining("steps=9");
    }

    @Test
    void twoRunsSideBySideAreThoseOfEachAlone() throws Exception {
        List<String> recipes = List.of("pion", "poet", "muon", "poet");
        try (ExecutorService threads = Executors.newFixedThreadPool(recipes.size())) {
            List<Future<RunResult>> together = recipes.stream()
                    .map(r -> threads.submit(() -> training(r).run((step, loss, seconds, angle) -> {})))
                    .toList();
            for (int i = 0; i < recipes.size(); i++) {
                assertSame(together.get(i).get(), training(recipes.get(i)).run((step, loss, seconds, angle) -> {}));
            }
        }
    }

    @Test
    void theCommandKeepsASingleRun() throws IOException {
        Path text = Files.write(folder.resolve("text.txt"), text());
        Path kept = folder.resolve("run");
        List<Object> command = List.of(
                "train",
                text,
                "--windows",
                2,
                "--context",
                6,
                "--layers",
                1,
                "--width",
                8,
                "--heads",
                2,
                "--checkpoint",
                kept);
        String first = run(command, "--steps", 4).succeeds().out();
        assertThat(run(command, "--steps", 4).succeeds().out().lines().findFirst())
                .isEqualTo(first.lines().findFirst());
        run(command, "--steps", 5).fails(ExitCode.USAGE, "holds another run", "steps=4", "steps=5");
        run(command, "--compare", "pion,muon").fails(ExitCode.USAGE, "--checkpoint keeps a single run");
    }

    @Test
    void theCommandTrainsRotations() throws IOException {
        Path text = Files.write(folder.resolve("text.txt"), text());
        List<Object> command = List.of(
                "train", text, "--windows", 2, "--context", 6, "--layers", 1, "--width", 8, "--heads", 2, "--steps", 5);
        run(command, "--method", "poet", "--block", 4, "--merge-every", 2)
                .succeeds()
                .out();
        run(command, "--compare", "pion,poet", "--rates", 0.001).succeeds();
        run(command, "--method", "poet", "--block", 0).fails(ExitCode.USAGE, "--block must be at least 1, not 0");
        run(command, "--method", "adagrad").fails(ExitCode.USAGE, "no method adagrad", "poet");
    }

    private static Cli run(List<Object> command, Object... more) {
        return Cli.run(Stream.concat(command.stream(), Stream.of(more)).toArray());
    }
}
