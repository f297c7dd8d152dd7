package org.isospin.bench.verify;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.bench.cli.BackendsOption;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.JsonOption;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.SeedOption;
import org.isospin.bench.cli.Table;
import org.isospin.bench.cli.ThreadsOption;
import org.isospin.properties.LawResult;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code isospin verify}: the laws of every operation, measured on the backends of this machine. */
@Command(
        name = "verify",
        description = {
            "Measures the laws of every operation (exp(A)ᵀexp(A) = I, Cayley(-A) = Cayley(A)ᵀ, …) on every backend of"
                    + " this machine, in F64 and in F32, and of its derivatives in F64. Of each law the worst case is shown: its error, the bound that"
                    + " the error must not exceed, and the share of the bound that was used. Products that judge a result"
                    + " are plain F64 loops, never the kernels under test."
        },
        footer = {
            "Examples:",
            "  isospin verify                          every backend",
            "  isospin verify --backend simd --seed 7  one of them, on other matrices",
            "  isospin verify --json laws.json         the table, and a file for machines"
        })
@SuppressWarnings("NullAway.Init")
public final class VerifyCommand implements Callable<Integer> {
    private static final DType[] TYPES = {DType.F64, DType.F32};

    @Spec
    private CommandSpec command;

    @Mixin
    private BackendsOption backends;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private SeedOption seed;

    @Mixin
    private JsonOption json;

    /** A law's worst case and where it was measured. */
    private record Measured(String operation, String backend, DType dtype, LawResult result) {}

    /** For picocli. */
    public VerifyCommand() {}

    @Override
    public Integer call() throws IOException {
        json.check();
        List<String> names = backends.names();
        List<Measured> all = new ArrayList<>();
        try (Progress progress = new Progress(command.commandLine().getErr())) {
            for (String name : names) {
                try (Isospin iso = Isospin.named(name).withThreads(threads.count())) {
                    measure(iso, name, progress, all);
                }
            }
        }
        long failed = all.stream().filter(m -> !m.result.holds()).count();
        PrintWriter out = command.commandLine().getOut();
        if (!json.isOnStandardOutput()) {
            print(all, failed, names, out);
        }
        json.write(report(all, failed), out);
        return failed == 0 ? ExitCode.GOOD : ExitCode.CHECK_FAILED;
    }

    private void measure(Isospin iso, String backend, Progress progress, List<Measured> all) {
        for (LawSuites.Suite suite : LawSuites.all()) {
            for (DType dtype : TYPES) {
                progress.show("verify: " + suite.operation() + ", " + dtype + ", " + backend);
                for (LawResult result : results(suite, iso, dtype)) {
                    all.add(new Measured(suite.operation(), backend, dtype, result));
                }
            }
        }
    }

    /** An operation that throws fails its laws; the others are still worth measuring. */
    private List<LawResult> results(LawSuites.Suite suite, Isospin iso, DType dtype) {
        try {
            return suite.laws().check(iso, dtype, seed.value());
        } catch (RuntimeException e) {
            String thrown = e.getClass().getSimpleName() + ": " + e.getMessage();
            return List.of(new LawResult("throws nothing", thrown, Double.NaN, 0));
        }
    }

    private static void print(List<Measured> all, long failed, List<String> names, PrintWriter out) {
        Table table = new Table()
                .words("operation")
                .words("law")
                .words("backend")
                .words("type")
                .words("worst case")
                .numbers("error")
                .numbers("bound")
                .numbers("share")
                .words("");
        for (Measured m : all) {
            LawResult result = m.result;
            table.row(
                    result.holds() ? Table.Tint.PLAIN : Table.Tint.BAD,
                    m.operation,
                    result.law(),
                    m.backend,
                    m.dtype.name(),
                    subject(m),
                    String.format(Locale.ROOT, "%.1e", result.error()),
                    String.format(Locale.ROOT, "%.1e", result.bound()),
                    Double.isInfinite(result.share()) ? "" : String.format(Locale.ROOT, "%.0f%%", 100 * result.share()),
                    result.holds() ? "ok" : "FAILED");
        }
        table.print(out);
        out.println();
        String where = String.join(", ", names);
        out.println(
                failed == 0
                        ? "all " + all.size() + " laws hold on " + where
                        : failed + " of " + all.size() + " laws fail on " + where);
    }

    /** {@return the input of the worst case, without the type, which has a column of its own} */
    private static String subject(Measured m) {
        String prefix = m.dtype + ", ";
        String subject = m.result.subject();
        return subject.startsWith(prefix) ? subject.substring(prefix.length()) : subject;
    }

    private ObjectNode report(List<Measured> all, long failed) {
        ObjectNode report = Report.of("verify", 1);
        report.put("seed", seed.value());
        report.put("threads", threads.count());
        report.put("failed", failed);
        ArrayNode laws = report.putArray("laws");
        for (Measured m : all) {
            ObjectNode law = laws.addObject();
            law.put("operation", m.operation);
            law.put("law", m.result.law());
            law.put("backend", m.backend);
            law.put("dtype", m.dtype.name());
            law.put("worstCase", m.result.subject());
            law.put("error", m.result.error());
            law.put("bound", m.result.bound());
            law.put("share", m.result.share());
            law.put("holds", m.result.holds());
        }
        return report;
    }
}
