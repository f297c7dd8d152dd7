package org.isospin.bench.conform;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.isospin.Isospin;
import org.isospin.bench.cli.BackendOption;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.JsonOption;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.ThreadsOption;
import org.isospin.bench.cli.UsageException;
import org.isospin.properties.golden.GoldenCase;
import org.isospin.properties.golden.GoldenFolder;
import org.isospin.properties.golden.GoldenGroup;
import org.isospin.properties.golden.GoldenList;
import org.isospin.properties.golden.GoldenMode;
import org.isospin.properties.golden.GoldenResult;
import org.isospin.properties.golden.GoldenRunner;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code isospin conform}: golden vectors against a backend. */
@Command(
        name = "conform",
        description = {
            "Computes the cases of a folder of golden vectors and compares.",
            "",
            "A group is a manifest GROUP.json with inputs, expected values and tolerances, beside GROUP.safetensors. A case"
                    + " passes when every quantity that has a tolerance is within it, in every mode the case has: f64,"
                    + " f32, native (as the reference computed it, with bfloat16 inside). A case that this version"
                    + " does not compute yet is skipped.",
            "",
            "A list of cases is a text file: a line is GROUP/CASE, GROUP/* or the name of a case in any group; # starts a"
                    + " comment."
        },
        footer = {
            "Examples:",
            "  isospin conform golden                              every group",
            "  isospin conform golden --backend reference          ... in plain Java",
            "  isospin conform golden --group cayley --dtype f32   one group, in F32",
            "  isospin conform golden --allow-skips skips.txt      no other skips"
        })
@SuppressWarnings("NullAway.Init")
public final class ConformCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "The folder of golden vectors")
    private Path folder;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            split = ",",
            description = "Only this group; may be repeated. Default: all of them")
    private List<String> groups = new ArrayList<>();

    @Option(names = "--list", paramLabel = "FILE", description = "Only the cases listed; each must be there")
    private @Nullable Path list;

    @Option(
            names = "--allow-skips",
            paramLabel = "FILE",
            description = "The cases that may be skipped; any other fails")
    private @Nullable Path allowSkips;

    @Mixin
    private BackendOption backend = new BackendOption();

    @Mixin
    private ThreadsOption threads = new ThreadsOption();

    @Mixin
    private JsonOption json = new JsonOption();

    private Set<GoldenMode> modes = EnumSet.allOf(GoldenMode.class);

    /** For picocli. */
    public ConformCommand() {}

    @Option(
            names = "--dtype",
            paramLabel = "MODE",
            description = "Only one mode: f64, f32 or native. Default: every mode that a case has")
    void setMode(String label) {
        try {
            modes = EnumSet.of(GoldenMode.of(label));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--dtype: " + e.getMessage(), e);
        }
    }

    @Override
    public Integer call() throws IOException {
        json.check();
        GoldenList listed = list == null ? null : GoldenList.read(list);
        GoldenList allowed = allowSkips == null ? null : GoldenList.read(allowSkips);
        GoldenFolder golden = GoldenFolder.open(folder);
        List<String> chosen = chosen(golden);
        if (listed != null) {
            requireKnown(listed, golden, chosen);
        }
        PrintWriter out = spec.commandLine().getOut();
        Tally tally = new Tally(allowed);
        try (Isospin iso = backend.open(threads)) {
            GoldenRunner runner = new GoldenRunner(iso);
            for (String name : chosen) {
                List<GoldenResult> results = run(runner, golden, name, listed);
                tally.add(name, results);
                if (!json.isOnStandardOutput() && !results.isEmpty()) {
                    Tally.print(name, results, out);
                    out.flush();
                }
            }
            json.write(tally.report(iso.describe().backend(), modes), out);
        }
        if (!json.isOnStandardOutput()) {
            out.println(tally);
        }
        return verdict(tally);
    }

    private List<GoldenResult> run(GoldenRunner runner, GoldenFolder golden, String name, @Nullable GoldenList listed)
            throws IOException {
        List<GoldenResult> results = new ArrayList<>();
        try (GoldenGroup group = golden.group(name);
                Progress progress = new Progress(spec.commandLine().getErr())) {
            for (GoldenCase one : group.cases()) {
                if (listed == null || listed.contains(one.id())) {
                    progress.show(one.id());
                    results.add(runner.run(one, modes));
                }
            }
        }
        return results;
    }

    private int verdict(Tally tally) {
        List<String> forbidden = tally.forbiddenSkips();
        if (!forbidden.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("isospin: " + forbidden.size() + " skipped outside " + allowSkips + ", first "
                            + forbidden.getFirst());
        }
        if (tally.failed() > 0 || !forbidden.isEmpty()) {
            return ExitCode.CHECK_FAILED;
        }
        if (tally.passed() == 0) {
            spec.commandLine().getErr().println("isospin: no case passed, so nothing was shown");
            return ExitCode.USAGE;
        }
        return ExitCode.GOOD;
    }

    private List<String> chosen(GoldenFolder golden) {
        if (golden.groups().isEmpty()) {
            throw new UsageException(
                    folder + ": no golden vectors here, which are pairs GROUP.json, GROUP.safetensors");
        }
        Set<String> unknown = new TreeSet<>(groups);
        golden.groups().forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new UsageException("--group: " + folder + " has no group " + String.join(", ", unknown) + "; it has "
                    + String.join(", ", golden.groups()));
        }
        return groups.isEmpty() ? golden.groups() : List.copyOf(new TreeSet<>(groups));
    }

    /** A name in the list that no case of the folder has would be a case that is never run. */
    private void requireKnown(GoldenList listed, GoldenFolder golden, List<String> chosen) throws IOException {
        List<String> ids = new ArrayList<>();
        for (String name : chosen) {
            try (GoldenGroup group = golden.group(name)) {
                group.cases().forEach(one -> ids.add(one.id()));
            }
        }
        List<String> unknown = listed.unknown(ids).stream()
                .filter(entry -> golden.groups().stream()
                        .noneMatch(other -> !chosen.contains(other) && entry.startsWith(other + "/")))
                .toList();
        if (!unknown.isEmpty()) {
            throw new UsageException(list + ": " + folder + " has no case " + unknown.getFirst()
                    + (unknown.size() == 1 ? "" : " and " + (unknown.size() - 1) + " others of the list"));
        }
    }
}
