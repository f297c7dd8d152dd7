package org.isospin.bench.gpucheck;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.gpucheck.Ended.Outcome;

/**
 * Runs commands in processes of their own, each into a log. A process that does not end in time is ended, and so is one that still
 * runs when this JVM ends.
 *
 * @param folder where logs go
 * @param environment variables beyond this process's own
 */
record Runner(Path folder, Map<String, String> environment) {
    private static final int LONGEST_REASON = 300;

    /** How long a process has to end by itself when it is asked to. */
    private static final long PATIENCE_SECONDS = 2;

    /**
     * Runs a step.
     *
     * @param step which
     * @param number of the step, for the name of its log
     * @param left seconds that are left
     */
    Ended run(Step step, int number, double left) throws IOException {
        List<List<String>> commands = step.commands().apply(step.offered(left));
        String log = "%02d-%s.txt".formatted(number, step.name());
        Path file = folder.resolve(log);
        double limit = step.limit(left);
        long start = System.nanoTime();
        int code = ExitCode.GOOD;
        String reason = "";
        for (int i = 0; i < commands.size() && reason.isEmpty(); i++) {
            ProcessBuilder builder = new ProcessBuilder(commands.get(i))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(file.toFile()));
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            boolean hasEnded = await(process, limit - since(start));
            code = hasEnded ? process.exitValue() : -1;
            reason = hasEnded ? reason(code, file) : "took longer than %.0f s".formatted(limit);
        }
        Outcome outcome = reason.isEmpty() ? Outcome.PASSED : Outcome.FAILED;
        return new Ended(step.name(), commands, outcome, code, since(start), reason, log);
    }

    private static double since(long start) {
        return 1e-9 * (System.nanoTime() - start);
    }

    private static boolean await(Process process, double seconds) throws IOException {
        Thread hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            if (process.waitFor((long) (1e3 * seconds), TimeUnit.MILLISECONDS)) {
                return true;
            }
            process.destroy();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            return false;
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /** {@return what is wrong with how a process ended, in a line; empty if nothing is} */
    private static String reason(int code, Path log) throws IOException {
        if (code == ExitCode.GOOD) {
            return "";
        }
        String last = "";
        // Bytes, as a program that crashes may leave half a character.
        String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
        for (String line : text.lines().toList()) {
            last = line.isBlank() ? last : line.strip();
        }
        String shown = last.length() > LONGEST_REASON ? last.substring(0, LONGEST_REASON) + "…" : last;
        return "exit code " + code + (shown.isEmpty() ? "" : ": " + shown);
    }
}
