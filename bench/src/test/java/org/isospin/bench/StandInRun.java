package org.isospin.bench;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.isospin.properties.StandIn;

/** Runs of the command line in JVMs of their own that take one library for all of CUDA's. */
public final class StandInRun {
    private final Path folder;
    private final Path library;
    private final List<String> options = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();

    /**
     * What a run printed, and how it ended.
     *
     * @param code the exit code
     * @param out what it printed to standard output
     * @param err what it printed to standard error
     */
    public record Ended(int code, String out, String err) {}

    /**
     * Prepares runs.
     *
     * @param folder for what they print
     * @param library which library
     */
    public StandInRun(Path folder, Path library) {
        this.folder = folder;
        this.library = library;
        environment.put("ISOSPIN_STANDIN_THREADS", "1");
    }

    /** {@return the stand-in; skips the test where it cannot be built, unless it must be} */
    public static Path library() {
        StandIn.Outcome outcome = StandIn.build();
        if (outcome.library().isEmpty()) {
            if (System.getenv("ISOSPIN_REQUIRE_ALL") != null) {
                return fail(outcome.reason());
            }
            return abort(outcome.reason());
        }
        return outcome.library().get();
    }

    /** Sets a variable of the environment; {@return this} */
    public StandInRun with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Sets a system property; {@return this} */
    public StandInRun property(String name, Object value) {
        options.add("-D" + name + "=" + value);
        return this;
    }

    /** {@return how the command line ends with these arguments} */
    public Ended run(Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-D" + StandIn.PROPERTY + "=" + library));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.isospin.bench.Main"));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Ended(
                code, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
