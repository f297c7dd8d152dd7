package org.isospin.bench.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --html}. */
public final class HtmlOption {
    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write the results to one self-contained page with plots")
    private @Nullable Path file;

    /** For picocli. */
    public HtmlOption() {}

    /** Fails if the file cannot be written, before any work is done. */
    public void check() {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException("--html " + file + ": there is no folder " + folder);
        }
        if (Files.isDirectory(file)) {
            throw new UsageException("--html " + file + ": is a folder");
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new UsageException("--html " + file + ": access denied");
        }
    }

    /**
     * Writes the page, if it was asked for.
     *
     * @param page makes it
     * @throws IOException if it cannot be written
     */
    public void write(Supplier<String> page) throws IOException {
        if (file != null) {
            Files.writeString(file, page.get());
        }
    }
}
