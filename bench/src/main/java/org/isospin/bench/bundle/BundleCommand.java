package org.isospin.bench.bundle;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.spi.ToolProvider;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.cli.Version;
import org.isospin.bench.cli.WorkFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code isospin bundle}: an archive that runs where no JDK is. */
@Command(
        name = "bundle",
        description = {
            "Packs this command line, its Java runtime and the golden vectors into one archive that runs on a machine of this"
                    + " system and architecture without a JDK, for instance on a GPU host: unpack it anywhere, start its isospin.",
            "",
            "The same sources, JDK and compressor give the same bytes."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  isospin bundle                          isospin-VERSION-SYSTEM.tar.xz, about a minute",
            "  isospin bundle -o /tmp/isospin.tar.gz   larger, but written in seconds",
            "",
            "There:",
            "  tar xf isospin-*.tar.xz                 or python3 -m tarfile -e isospin-*.tar.xz",
            "  isospin-*/isospin bench --quick",
            "  isospin-*/isospin gpu-check -o results  all that a GPU host is asked, in eight minutes"
        })
@SuppressWarnings("NullAway.Init")
public final class BundleCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "A name that ends in .tar.xz or .tar.gz. Default: isospin-VERSION-SYSTEM.tar.xz, or .tar.gz where"
                            + " the program xz is missing")
    private @Nullable Path output;

    @Option(names = "--force", description = "Replace FILE if it exists")
    private boolean isForced;

    /** For picocli. */
    public BundleCommand() {}

    @Override
    public Integer call() throws IOException {
        Compression compression = compression();
        String root = "isospin-" + Version.get();
        Path file = output == null ? Path.of(root + "-" + system() + compression.ending()) : output;
        if (Files.exists(file) && !isForced) {
            throw new UsageException(file + ": exists already; --force replaces it");
        }
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw new UsageException("-o " + file + ": there is no folder " + parent);
        }
        ToolProvider linker = RuntimeImage.linker();
        Contents contents = Contents.here();
        try (WorkFolder work = new WorkFolder(parent);
                Progress progress = new Progress(spec.commandLine().getErr())) {
            progress.show("linking the Java runtime");
            Path runtime = work.resolve("jdk");
            RuntimeImage.link(linker, runtime);
            Path archive = work.resolve("archive");
            try (TarWriter tar = new TarWriter(compression.open(archive))) {
                contents.write(root, runtime, tar, progress::show);
            }
            Files.move(archive, file, StandardCopyOption.REPLACE_EXISTING);
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%s: %.1f MiB%n", file, Files.size(file) / (double) (1 << 20));
        if (output == null && compression == Compression.GZIP) {
            out.println("note: there is no xz here, which would make it smaller");
        }
        out.println("there: tar xf " + file.getFileName() + " && " + root + "/isospin bench --quick");
        return ExitCode.GOOD;
    }

    private Compression compression() {
        if (output == null) {
            return Compression.XZ.isPossible() ? Compression.XZ : Compression.GZIP;
        }
        Compression named = Arrays.stream(Compression.values())
                .filter(c -> String.valueOf(output).endsWith(c.ending()))
                .findFirst()
                .orElseThrow(() -> new UsageException("-o " + output + ": the name must end in .tar.xz or .tar.gz"));
        if (!named.isPossible()) {
            throw new UsageException("-o " + output + ": there is no xz here; a name that ends in .tar.gz works");
        }
        return named;
    }

    private static String system() {
        return (System.getProperty("os.name") + "-" + System.getProperty("os.arch"))
                .toLowerCase(Locale.ROOT)
                .replace(' ', '-');
    }
}
