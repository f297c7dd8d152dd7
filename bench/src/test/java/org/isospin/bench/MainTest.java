package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {
    private static final int USAGE = 2;
    private static final int BACKEND_UNAVAILABLE = 3;

    /** A pipe whose reader is gone, or a full disk. */
    private static final class Broken extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
        }
    }

    private static final List<String> COMMANDS = List.of(
            "info",
            "bench",
            "calibrate",
            "verify",
            "check",
            "conform",
            "apply",
            "merge",
            "merge-adapters",
            "interpolate",
            "inspect",
            "train",
            "report",
            "bundle",
            "gpu-check");

    static List<String> commands() {
        return COMMANDS;
    }

    static Stream<String> commandsWithExamples() {
        return COMMANDS.stream()
                .filter(c -> !List.of("bench", "conform", "train").contains(c));
    }

    @Test
    void helpNamesEveryCommandAndExitCode() {
        assertThat(Cli.run("--help").succeeds().out())
                .contains(COMMANDS)
                .contains("Exit codes:", "  3  ")
                .contains("ISOSPIN_JAVA_OPTS", "NO_COLOR");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasHelpWithExitCodes(String command) {
        String help = Cli.run(command, "--help").succeeds().out();
        assertThat(help).startsWith("Usage: isospin " + command).contains("Exit codes:");
        assertThat(help.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        assertThat(Cli.run("help", command).code()).isEqualTo(USAGE);
    }

    @ParameterizedTest
    @MethodSource("commandsWithExamples")
    void helpShowsExamples(String command) {
        assertThat(Cli.run(command, "--help").out()).contains("Examples:\n  isospin " + command + " ");
    }

    @Test
    void versionIsThatOfTheBuild() {
        assertThat(Cli.run("--version").succeeds().out()).matches("isospin \\d+\\.\\d+\\.\\d+\\S*\n[^\n]+\n");
        assertThat(Cli.run("info", "-V").succeeds().out()).startsWith("isospin ");
    }

    @Test
    void nothingIsColouredWhereNoTerminalIs() {
        assertThat(Cli.run("--help").out()).doesNotContain("\033");
        assertThat(Cli.run("info").out()).doesNotContain("\033");
    }

    @Test
    void aWrongCommandLineIsOneLineThatSaysWhereHelpIs() {
        Cli.run().fails(USAGE, "which command?", "isospin --help");
        Cli.run("aply").fails(USAGE, "no command 'aply'", "did you mean apply?", "isospin --help");
        Cli.run("info", "--banana").fails(USAGE, "--banana", "isospin info --help");
        Cli.run("info", "x").fails(USAGE, "one argument too many: 'x'");
        Cli.run("info", "--threads", "0").fails(USAGE, "--threads must be at least 1, not 0");
        Cli.run("info", "--threads", "two").fails(USAGE, "--threads", "'two'");
        Cli.run("verify", "--seed", "x").fails(USAGE, "--seed", "'x'");
    }

    @Test
    void aBackendThatDoesNotExistIsWrongUsageAndOneThatCannotRunIsNot() {
        Cli.run("info", "--backend", "abacus").fails(USAGE, "no backend is named 'abacus'", "reference");
        Cli.run("verify", "--backend", "reference,abacus").fails(USAGE, "no backend is named 'abacus'");
        // This version has no CUDA kernels, whatever the machine.
        Cli.run("info", "--backend", "cuda").fails(BACKEND_UNAVAILABLE, "backend cuda is not available: ");
        Cli.run("verify", "--backend", "cuda").fails(BACKEND_UNAVAILABLE, "backend cuda is not available: ");
    }

    @Test
    void aClosedPipeOrAFullDiskIsOneLine() {
        for (String[] arguments : new String[][] {{"--help"}, {"--version"}, {"info"}, {"info", "--json", "-"}}) {
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int code = Main.run(new Broken(), err, arguments);
            assertThat(err.toString(StandardCharsets.UTF_8))
                    .isEqualTo("isospin: cannot write to standard output: Broken pipe\n");
            assertThat(code).isEqualTo(USAGE);
        }
    }

    @Test
    void jsonNeedsAFileThatCanBeWritten() {
        Cli.run("info", "--json", "/no/such/folder/x.json").fails(USAGE, "--json", "no folder /no/such/folder");
        Cli.run("verify", "--json", "/").fails(USAGE, "--json /");
        Cli.run("info", "--json").fails(USAGE, "--json");
    }
}
