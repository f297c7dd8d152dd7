package org.isospin.bench.calibrate;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.isospin.Isospin;
import org.isospin.backend.Availability;
import org.isospin.backend.Backend;
import org.isospin.backend.Discovery;
import org.isospin.bench.cli.ExitCode;
import org.isospin.bench.cli.JsonOption;
import org.isospin.bench.cli.Progress;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.UsageException;
import org.isospin.placement.Hardware;
import org.isospin.placement.Operation;
import org.isospin.placement.Profile;
import org.isospin.placement.ProfileFile;
import org.isospin.placement.ProfileSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code isospin calibrate}: measures this machine, so that calls go where they are fastest. */
@Command(
        name = "calibrate",
        description = {
            "Times every operation on the processor and on the GPU, and the transfers between them, and keeps the times:"
                    + " from then on Isospin.auto() computes a call where it is fastest, transfers included. Without a GPU the"
                    + " processor alone is timed. The machine should have nothing else to do.",
            "",
            "The table tells the times at the largest order n that was timed, and from which n on a call with its"
                    + " operands in host memory goes to the GPU."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  isospin calibrate                  this machine, several minutes",
            "  isospin calibrate --quick          half a minute: large n by their cubes",
            "  isospin calibrate -o mine.json     a file for ISOSPIN_PROFILE to name"
        })
@SuppressWarnings("NullAway.Init")
public final class CalibrateCommand implements Callable<Integer> {
    private static final String CUDA = "cuda";

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where the times are kept. Default: where Isospin.auto() looks for them,"
                    + " isospin/profile.json under XDG_CACHE_HOME or ~/.cache")
    private @Nullable Path output;

    @Option(names = "--quick", description = "Small orders, and few calls of each")
    private boolean isQuick;

    @Option(
            names = "--ops",
            paramLabel = "OP",
            split = ",",
            description = "These operations alone; the others are then placed by assumed times. Default: all")
    private List<String> operations = new ArrayList<>();

    @Mixin
    private JsonOption json;

    /** For picocli. */
    public CalibrateCommand() {}

    @Override
    public Integer call() throws IOException {
        json.check();
        List<Operation> wanted = operations();
        Path file = file();
        Discovery found = Discovery.find();
        Availability cuda = found.candidates().stream()
                .filter(c -> c.name().equals(CUDA))
                .findFirst()
                .map(Discovery.Candidate::availability)
                .orElse(Availability.unavailable("isospin-gpu is not on the class path"));
        Profile profile = cuda.isAvailable() ? both(found, wanted) : hostAlone(found, wanted);
        ProfileFile.write(file, profile);
        PrintWriter out = spec.commandLine().getOut();
        if (!json.isOnStandardOutput()) {
            print(profile, cuda, file, out);
        }
        json.write(report(profile, cuda, file), out);
        return ExitCode.GOOD;
    }

    private List<Operation> operations() {
        if (operations.isEmpty()) {
            return List.of(Operation.values());
        }
        Set<Operation> chosen = new LinkedHashSet<>();
        for (String name : operations) {
            chosen.add(Operation.of(name)
                    .orElseThrow(() -> new UsageException("--ops: no operation is named '" + name + "'; there is "
                            + Arrays.stream(Operation.values())
                                    .map(Operation::title)
                                    .collect(Collectors.joining(", ")))));
        }
        return List.copyOf(chosen);
    }

    /** The file, found to be writable before anything is measured. */
    private Path file() throws IOException {
        Path file = output == null ? ProfileSource.file() : output;
        if (Files.isDirectory(file)) {
            throw new UsageException(file + " is a folder; name a file with -o");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && output == null) {
            Files.createDirectories(folder);
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException("-o " + file + ": there is no folder " + folder);
        }
        if (!Files.isWritable(folder)) {
            throw new UsageException("-o " + file + ": access denied");
        }
        return file;
    }

    private Profile hostAlone(Discovery found, List<Operation> wanted) {
        Backend backend = found.bestOnHost();
        Hardware hardware = Hardware.of(backend);
        try (Isospin host = Isospin.on(backend)) {
            return measure(hardware, wanted, host, null);
        }
    }

    private Profile both(Discovery found, List<Operation> wanted) {
        Backend onHost = found.bestOnHost();
        try (Isospin host = Isospin.on(onHost)) {
            Backend onDevice = found.named(CUDA);
            Hardware hardware = Hardware.of(onHost).with(onDevice);
            try (Isospin device = Isospin.on(onDevice)) {
                return measure(hardware, wanted, host, device);
            }
        }
    }

    private Profile measure(Hardware hardware, List<Operation> wanted, Isospin host, @Nullable Isospin device) {
        Effort effort = isQuick ? Effort.QUICK : Effort.FULL;
        try (Progress progress = new Progress(spec.commandLine().getErr())) {
            return new Calibration(effort, wanted, host, device, progress::show).run(hardware);
        }
    }

    private static void print(Profile profile, Availability cuda, Path file, PrintWriter out) {
        Hardware hardware = profile.hardware();
        out.println("processor: " + hardware.processor() + ", " + hardware.processors() + " processors; "
                + hardware.host());
        out.println(
                cuda.isAvailable()
                        ? "device: " + hardware.device() + ", driver " + hardware.driver()
                        : "device: none (" + cuda.reason() + "); the processor alone was timed");
        out.println();
        Crossovers.print(profile, out);
        out.println();
        out.println("kept in " + file);
    }

    private static ObjectNode report(Profile profile, Availability cuda, Path file) {
        ObjectNode report = Report.of("calibrate", 1);
        report.put("file", file.toString());
        Hardware hardware = profile.hardware();
        ObjectNode node = report.putObject("hardware");
        node.put("processor", hardware.processor());
        node.put("processors", hardware.processors());
        node.put("host", hardware.host());
        node.put("device", hardware.device());
        node.put("driver", hardware.driver());
        node.put("whyNoDevice", cuda.reason());
        Crossovers.report(profile, report);
        return report;
    }
}
