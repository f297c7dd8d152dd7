package org.isospin.bench.report;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.HtmlOption;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.report.Differences.Aspect;
import org.isospin.bench.report.Differences.Difference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code isospin report}: runs of {@code bench} beside each other. */
@Command(
        name = "report",
        description = {
            "Puts runs of bench --json, of several machines or of other people's code on the same inputs, into one table, with"
                    + " ratios.",
            "",
            "Runs that differ in the version of Isospin, the seed, the operations, sizes or types are refused, with every"
                    + " difference in the message; --ignore names those that may differ, and the report shows them."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  isospin report host.json gpu.json --html both.html",
            "  isospin report isospin.json torch.json --ignore operations"
        })
@SuppressWarnings("NullAway.Init")
public final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "2..26", description = "What bench --json wrote; ratios are to the first")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--ignore",
            paramLabel = "LIST",
            split = ",",
            description = "What may differ, separated by commas, of version, seed, operations, sizes and dtypes")
    private List<String> ignored = new ArrayList<>();

    @Mixin
    private HtmlOption html;

    /** For picocli. */
    public ReportCommand() {}

    @Override
    public Integer call() throws IOException {
        html.check();
        Set<Aspect> mayDiffer = mayDiffer();
        List<BenchRun> runs = new ArrayList<>();
        for (Path file : files) {
            runs.add(BenchRun.read(file));
        }
        List<Difference> differences = Differences.of(runs);
        Set<Aspect> refused = Differences.aspects(differences);
        refused.removeAll(mayDiffer);
        if (!refused.isEmpty()) {
            throw new UsageException("these runs are not about the same: "
                    + differences.stream()
                            .filter(d -> refused.contains(d.aspect()))
                            .map(Difference::text)
                            .collect(Collectors.joining("; "))
                    + " (--ignore "
                    + differences.stream()
                            .map(d -> d.aspect().title())
                            .distinct()
                            .collect(Collectors.joining(","))
                    + " compares them all the same)");
        }
        List<String> passed = differences.stream().map(Difference::text).toList();
        Merged merged = Merged.of(runs);
        PrintWriter out = spec.commandLine().getOut();
        MergedReport.print(merged, passed, out);
        html.write(() -> MergedReport.html(merged, passed));
        out.flush();
        return merged.lines().stream().allMatch(l -> l.entry().isVerified()) ? ExitCode.GOOD : ExitCode.CHECK_FAILED;
    }

    private Set<Aspect> mayDiffer() {
        Set<Aspect> aspects = EnumSet.noneOf(Aspect.class);
        for (String name : ignored) {
            aspects.add(Arrays.stream(Aspect.values())
                    .filter(a -> a.title().equalsIgnoreCase(name.strip()))
                    .findFirst()
                    .orElseThrow(() -> new UsageException("--ignore: there is no '" + name + "', but "
                            + Arrays.stream(Aspect.values()).map(Aspect::title).collect(Collectors.joining(", ")))));
        }
        return aspects;
    }
}
