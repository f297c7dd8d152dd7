package org.isospin.bench.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code --json FILE|-}: the results as JSON, in a file beside the table or on standard output instead of it. NaN and
 * infinities are the strings "NaN", "Infinity" and "-Infinity".
 */
public final class JsonOption {
    private static final String STANDARD_OUTPUT = "-";
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Option(
            names = "--json",
            paramLabel = "FILE|-",
            description =
                    "Also write the results to a file as JSON; with - they go to standard output, instead of the table")
    private @Nullable String target;

    /** For picocli. */
    public JsonOption() {}

    /** {@return whether JSON takes the place of tables on standard output} */
    public boolean isOnStandardOutput() {
        return STANDARD_OUTPUT.equals(target);
    }

    /** Fails if the file cannot be written, before any work is done. */
    public void check() {
        if (target == null || isOnStandardOutput()) {
            return;
        }
        Path file = Path.of(target).toAbsolutePath();
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException("--json " + target + ": there is no folder " + folder);
        }
        if (Files.isDirectory(file)) {
            throw new UsageException("--json " + target + ": is a folder");
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new UsageException("--json " + target + ": access denied");
        }
    }

    /**
     * Writes a report where it was asked for; does nothing without the option.
     *
     * @param report of {@link Report#of}, completed by the command
     * @param out standard output
     * @throws IOException if the file cannot be written
     */
    public void write(ObjectNode report, PrintWriter out) throws IOException {
        if (target == null) {
            return;
        }
        String text = MAPPER.writeValueAsString(report) + "\n";
        if (isOnStandardOutput()) {
            out.print(text);
            return;
        }
        Path file = Path.of(target);
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            Files.writeString(file, text);
            return;
        }
        Path temporary = Files.createTempFile(file.toAbsolutePath().getParent(), ".isospin", ".json");
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
