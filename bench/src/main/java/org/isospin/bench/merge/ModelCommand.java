package org.isospin.bench.merge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.isospin.Isospin;
import org.isospin.bench.cli.BackendOption;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.JsonOption;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.ThreadsOption;
import org.isospin.bench.cli.UsageException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A command that makes one model of others, tensor by tensor, or only tells what it would do. */
@SuppressWarnings("NullAway.Init")
abstract class ModelCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "OUT",
            description = "The file to write")
    private Path out;

    @Option(names = "--force", description = "Replace OUT if it exists")
    private boolean force;

    @Option(names = "--dry-run", description = "Only tell what would become of each tensor")
    private boolean isDry;

    @Mixin
    private BackendOption backend;

    @Mixin
    private ThreadsOption threads;

    @Mixin
    private JsonOption json;

    /** What a command has opened: inputs, until it is closed, and a plan. */
    interface Job extends AutoCloseable {
        /** {@return what becomes of each tensor} */
        List<Treatment> plan();

        /** {@return the strings about the file as a whole} */
        Map<String, String> metadata();

        /** Writes OUT, which appears when it is complete. */
        default void write(StreamedModel model, Path output) throws IOException {
            model.write(plan(), metadata(), output);
        }

        @Override
        void close();
    }

    /** {@return what is done, in a word, for the table's head} */
    abstract String title();

    /** {@return the file that is written for OUT} */
    Path file(Path output) {
        return output;
    }

    /** Fails if options do not fit together, before anything is opened. */
    abstract void check();

    /**
     * {@return what is to be done, with its inputs open}
     *
     * @param report receives what the command tells of itself
     */
    abstract Job open(ObjectNode report) throws IOException;

    @Override
    public Integer call() throws IOException {
        check();
        json.check();
        checkOutput();
        long start = System.nanoTime();
        ObjectNode report = Report.of(command.name(), 1);
        try (Job job = open(report)) {
            Listing listing = new Listing(title(), job.plan());
            listing.tell(report);
            if (!isDry) {
                write(job, report);
                report.put("bytes", Files.size(file(out)));
            }
            report.put("seconds", (System.nanoTime() - start) / 1e9);
            if (!json.isOnStandardOutput()) {
                listing.print(command.commandLine().getOut(), report, isDry);
            }
        }
        json.write(report, command.commandLine().getOut());
        return ExitCode.GOOD;
    }

    private void checkOutput() {
        boolean isFolder = !file(out).equals(out);
        if (Files.exists(out) && Files.isDirectory(out) != isFolder) {
            throw new UsageException(out + (isFolder ? ": is no folder" : ": is a folder"));
        }
        if (Files.exists(file(out)) && !force && !isDry) {
            throw new UsageException(out + ": exists already; --force replaces it");
        }
        Path folder = out.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException(out + ": there is no folder " + folder);
        }
    }

    private void write(Job job, ObjectNode report) throws IOException {
        try (Progress progress = new Progress(command.commandLine().getErr());
                Isospin iso = backend.open(threads);
                StreamedModel model = new StreamedModel(iso, command.name(), progress)) {
            job.write(model, out);
            report.put("out", out.toString());
            report.put("backend", iso.describe().backend());
            report.put("threads", iso.threads());
            ArrayNode notes = report.putArray("notes");
            model.notes().forEach(notes::add);
        }
    }
}
