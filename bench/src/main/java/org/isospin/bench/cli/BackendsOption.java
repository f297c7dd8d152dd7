package org.isospin.bench.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.isospin.Isospin;
import org.isospin.backend.Discovery;
import picocli.CommandLine.Option;

/** {@code --backend} of commands that compare the backends of this machine. */
public final class BackendsOption {
    @Option(
            names = {"--backend", "--backends"},
            paramLabel = "NAME",
            split = ",",
            description =
                    "One or several, separated by commas, of reference, simd and cuda. Default: every one that works here")
    private List<String> backends = new ArrayList<>();

    /** For picocli. */
    public BackendsOption() {}

    /** {@return the names of the chosen backends, which all work; unavailable ones end the command with exit code 3} */
    public List<String> names() {
        Discovery found = Discovery.find();
        if (backends.isEmpty()) {
            return found.candidates().stream()
                    .filter(c -> c.availability().isAvailable())
                    .map(Discovery.Candidate::name)
                    .toList();
        }
        LinkedHashSet<String> names = new LinkedHashSet<>();
        for (String name : backends) {
            try (Isospin probe = Isospin.named(name)) {
                names.add(probe.describe().backend());
            } catch (IllegalArgumentException e) {
                throw new UsageException("--backend: " + e.getMessage(), e);
            }
        }
        return List.copyOf(names);
    }
}
