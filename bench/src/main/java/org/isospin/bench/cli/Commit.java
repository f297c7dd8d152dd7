package org.isospin.bench.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The commit that this command line was made of: a bundle carries it in a file, a source tree is asked by git. */
public final class Commit {
    /** The file of a bundle. */
    public static final String FILE = "COMMIT";

    private static final String UNKNOWN = "unknown";

    private Commit() {}

    /** {@return the hash, with a plus sign behind it where files were changed since; "unknown" where nobody tells} */
    public static String get() {
        return Home.folder().map(Commit::of).orElse(UNKNOWN);
    }

    /**
     * {@return the same for a folder}
     *
     * @param home a source tree or a bundle
     */
    public static String of(Path home) {
        try {
            Path file = home.resolve(FILE);
            if (Files.exists(file)) {
                return Files.readString(file).strip();
            }
        } catch (IOException _) {
            return UNKNOWN;
        }
        return git(home, "rev-parse", "HEAD")
                .map(hash -> hash
                        + (git(home, "status", "--porcelain", "--untracked-files=no")
                                        .orElse("")
                                        .isEmpty()
                                ? ""
                                : "+"))
                .orElse(UNKNOWN);
    }

    private static Optional<String> git(Path home, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", home.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor() == 0 ? Optional.of(said) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
