package org.isospin.bench.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.isospin.BackendUnavailableException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever a command throws into one line on standard error and an exit code. */
public final class Failures {
    private static final String NAME = "isospin: ";
    private static final String PICOCLI = "Error: ";

    private Failures() {}

    /**
     * Reports a failure in one line, with its stack trace only if ISOSPIN_DEBUG is set.
     *
     * @param failure what was thrown
     * @param err receives the line
     * @return the exit code
     */
    public static int report(Throwable failure, PrintWriter err) {
        err.println(NAME + oneLine(message(failure)));
        if (System.getenv("ISOSPIN_DEBUG") != null) {
            failure.printStackTrace(err);
        }
        err.flush();
        return failure instanceof BackendUnavailableException ? ExitCode.BACKEND_UNAVAILABLE : ExitCode.USAGE;
    }

    private static String oneLine(String message) {
        return message.lines().map(String::strip).filter(l -> !l.isEmpty()).collect(Collectors.joining(" "));
    }

    private static String message(Throwable failure) {
        return switch (failure) {
            case ParameterException e -> parameters(e);
            case UncheckedIOException e -> input(Objects.requireNonNull(e.getCause()));
            case IOException e -> input(e);
            case OutOfMemoryError e ->
                "out of memory (" + e.getMessage() + "): give Java more, for instance ISOSPIN_JAVA_OPTS=-Xmx"
                        + suggestedGibibytes() + "g";
            case UsageException e -> String.valueOf(e.getMessage());
            case BackendUnavailableException e -> String.valueOf(e.getMessage());
            case StackOverflowError _ -> "internal error: the stack overflowed";
            default ->
                "internal error: " + failure.getClass().getSimpleName() + ": " + failure.getMessage()
                        + " (ISOSPIN_DEBUG=1 prints the stack trace)";
        };
    }

    private static long suggestedGibibytes() {
        return Math.max(2, 2 * (Runtime.getRuntime().maxMemory() >> 30));
    }

    private static String parameters(ParameterException e) {
        String help = " (see " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help)";
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            List<String> suggestions = unmatched.getSuggestions();
            boolean isRoot = e.getCommandLine().getParent() == null;
            String what = isRoot ? "there is no command '" : "one argument too many: '";
            String hint = isRoot && !suggestions.isEmpty() ? "; did you mean " + suggestions.getFirst() + "?" : "";
            return what + unmatched.getUnmatched().getFirst() + "'" + hint + help;
        }
        String message = String.valueOf(e.getMessage()).replace("option option", "option");
        return (message.startsWith(PICOCLI) ? message.substring(PICOCLI.length()) : message) + help;
    }

    /** {@return what is wrong with a file, the file first} */
    private static String input(IOException e) {
        return switch (e) {
            case NoSuchFileException f -> f.getFile() + ": no such file";
            case AccessDeniedException f -> f.getFile() + ": access denied";
            case FileAlreadyExistsException f -> f.getFile() + ": exists already";
            case NotDirectoryException f -> f.getFile() + ": not a folder";
            case FileSystemException f when f.getReason() != null -> f.getFile() + ": " + f.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
