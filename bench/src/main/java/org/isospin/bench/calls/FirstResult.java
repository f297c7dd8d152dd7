package org.isospin.bench.calls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.isospin.DType;
import org.isospin.bench.cli.SelfCommand;
import org.isospin.bench.cli.WorkFolder;
import org.isospin.bench.timing.Timing;
import org.isospin.ffm.cuda.CudaLibraries;

/**
 * How long a process takes, from its start to its end, that multiplies two matrices on the device once: a JVM with this library,
 * beside a program in C, where gcc makes one, that calls the same libraries.
 */
final class FirstResult {
    private static final int ROUNDS = 3;
    private static final String SOURCE = "first.c";
    private static final String RUNTIME = "libcudart.so";
    private static final String CUBLAS = "libcublas.so";
    private static final Path MAPS = Path.of("/proc/self/maps");

    /** The goal is 1.5 times as long and half a second more. */
    private static final double GOAL_FACTOR = 1.5;

    private static final double GOAL_SECONDS = 0.5;

    private FirstResult() {}

    static void measure(int n, List<CallRow> rows, List<String> notes) {
        try (WorkFolder folder = new WorkFolder(Path.of(System.getProperty("java.io.tmpdir")))) {
            List<String> java = SelfCommand.of(FirstProduct.class, List.of(String.valueOf(n)));
            Optional<List<String>> c = program(folder, n, notes);
            List<Double> ours = new ArrayList<>();
            List<Double> bare = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                ours.add(seconds(java, n));
                if (c.isPresent()) {
                    bare.add(seconds(c.get(), n));
                }
            }
            Timing mine = new Timing(ours, 1);
            Timing other = new Timing(bare, 1);
            double allowed = GOAL_FACTOR * other.median() + GOAL_SECONDS;
            rows.add(new CallRow(
                    "first result",
                    bare.isEmpty() ? "nothing" : "a program in C",
                    n,
                    DType.F32,
                    mine,
                    other,
                    0,
                    0,
                    other.median() / allowed));
        } catch (IOException e) {
            notes.add("no time of a fresh process: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            notes.add("no time of a fresh process: interrupted");
        }
    }

    /** {@return seconds of a process that prints the right element} */
    private static double seconds(List<String> command, int n) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = process.waitFor();
        double seconds = 1e-9 * (System.nanoTime() - start);
        String last = said.substring(said.lastIndexOf('\n') + 1);
        if (code != 0 || !isRight(last, n)) {
            throw new IOException(command.getFirst() + " ended with exit code " + code + ": " + last);
        }
        return seconds;
    }

    private static boolean isRight(String text, int n) {
        try {
            return Double.parseDouble(text) == n / 4.0;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    /** {@return the program in C, made now; empty where it cannot be, with a note} */
    private static Optional<List<String>> program(WorkFolder folder, int n, List<String> notes)
            throws IOException, InterruptedException {
        Optional<String> runtime = library(RUNTIME);
        Optional<String> blas = library(CUBLAS);
        if (runtime.isEmpty() || blas.isEmpty()) {
            notes.add("no program in C: the system does not tell which files CUDA's libraries are");
            return Optional.empty();
        }
        Path source = folder.resolve(SOURCE);
        try (InputStream in = Objects.requireNonNull(FirstResult.class.getResourceAsStream(SOURCE), SOURCE)) {
            Files.copy(in, source);
        }
        String program = folder.resolve("first").toString();
        try {
            Process gcc = new ProcessBuilder("gcc", "-O2", "-o", program, source.toString(), "-ldl")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (gcc.waitFor() != 0) {
                notes.add(
                        "no program in C: gcc says " + said.lines().findFirst().orElse("nothing"));
                return Optional.empty();
            }
        } catch (IOException _) {
            notes.add("no program in C: there is no gcc");
            return Optional.empty();
        }
        return Optional.of(List.of(program, runtime.get(), blas.get(), String.valueOf(n)));
    }

    /** {@return the file that this JVM has loaded for a library: one that holds all of CUDA, or the library's own} */
    private static Optional<String> library(String name) throws IOException {
        String named = System.getProperty(CudaLibraries.PROPERTY);
        if (named != null && Files.isRegularFile(Path.of(named))) {
            return Optional.of(named);
        }
        if (!Files.isReadable(MAPS)) {
            return Optional.empty();
        }
        try (var lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.contains("/" + name))
                    .map(line -> line.substring(line.indexOf('/')))
                    .findFirst();
        }
    }
}
