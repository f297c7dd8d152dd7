package org.isospin.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.isospin.bench.apply.ApplyCommand;
import org.isospin.bench.bundle.BundleCommand;
import org.isospin.bench.calibrate.CalibrateCommand;
import org.isospin.bench.check.CheckCommand;
import org.isospin.bench.cli.CheckedOutput;
import org.isospin.bench.cli.Failures;
import org.isospin.bench.cli.Terminal;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.cli.Version;
import org.isospin.bench.conform.ConformCommand;
import org.isospin.bench.gpucheck.GpuCheckCommand;
import org.isospin.bench.info.InfoCommand;
import org.isospin.bench.inspect.InspectCommand;
import org.isospin.bench.merge.InterpolateCommand;
import org.isospin.bench.merge.MergeAdaptersCommand;
import org.isospin.bench.merge.MergeCommand;
import org.isospin.bench.report.ReportCommand;
import org.isospin.bench.timing.BenchCommand;
import org.isospin.bench.train.TrainCommand;
import org.isospin.bench.verify.VerifyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;

/** The {@code isospin} command line. Results go to standard output, everything else to standard error. */
@Command(
        name = "isospin",
        description = "Orthogonal linear algebra: what this machine computes it on, how well and how fast.",
        subcommands = {
            InfoCommand.class,
            BenchCommand.class,
            CalibrateCommand.class,
            VerifyCommand.class,
            CheckCommand.class,
            ConformCommand.class,
            ApplyCommand.class,
            MergeCommand.class,
            MergeAdaptersCommand.class,
            InterpolateCommand.class,
            InspectCommand.class,
            TrainCommand.class,
            ReportCommand.class,
            BundleCommand.class,
            GpuCheckCommand.class
        },
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:good",
            "1:a check failed",
            "2:wrong usage, unusable input, or no room for the output",
            "3:a backend that was asked for is not available"
        },
        optionListHeading = "%nOptions:%n",
        parameterListHeading = "%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%n",
        footer = {
            "Environment:",
            "  ISOSPIN_JDK        the JDK that the launcher starts",
            "  ISOSPIN_JAVA_OPTS  options for Java, for instance -Xmx8g",
            "  ISOSPIN_BACKEND    cpu, or a backend's name, or -NAME to forbid one",
            "  ISOSPIN_PROFILE    the file of what calibrate measured",
            "  ISOSPIN_DEBUG      if set, a failure also prints its stack trace",
            "  NO_COLOR           if set, nothing is coloured",
            "",
            "Start here:",
            "  isospin bench --quick             what this machine can do, in half a minute",
            "  isospin COMMAND --help            everything about a command, with examples"
        })
public final class Main implements Runnable {
    /** For picocli. */
    public Main() {}

    /**
     * Runs a command and exits with its code.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        System.exit(run(new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err), arguments));
    }

    /**
     * Runs a command.
     *
     * @param stdout receives results
     * @param stderr receives progress and the one line of a failure
     * @param arguments the command line
     * @return the exit code
     */
    public static int run(OutputStream stdout, OutputStream stderr, String... arguments) {
        PrintWriter out = new PrintWriter(new CheckedOutput(stdout), false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(stderr, true, StandardCharsets.UTF_8);
        try {
            int code = commandLine(out, err).execute(arguments);
            out.flush();
            return code;
        } catch (Throwable failure) {
            return Failures.report(failure, err);
        }
    }

    /**
     * {@return the command line, ready to execute}
     *
     * @param out receives results
     * @param err receives everything else
     */
    static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setColorScheme(
                        Help.defaultColorScheme(Terminal.hasColour(Terminal.OUT) ? Help.Ansi.ON : Help.Ansi.OFF))
                .setExecutionStrategy(parsed -> {
                    try {
                        return new RunLast().execute(parsed);
                    } catch (UsageException failure) {
                        // Help that could not be printed; picocli itself would print a stack trace.
                        return Failures.report(failure, err);
                    }
                })
                .setParameterExceptionHandler((failure, _) -> Failures.report(failure, err))
                .setExecutionExceptionHandler((failure, _, _) -> Failures.report(failure, err));
    }

    @Override
    public void run() {
        throw new UsageException("which command? isospin --help lists them");
    }
}
