package org.isospin.bench.timing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.isospin.BackendUnavailableException;
import org.isospin.bench.peer.Peer;
import picocli.CommandLine.Option;

/** {@code --peers}. */
public final class PeersOption {
    private static final String ALL = "all";

    @Option(
            names = "--peers",
            paramLabel = "LIST",
            split = ",",
            description = "Other libraries to compare with, separated by commas, of openblas and ejml, or all that are"
                    + " installed: all. Default: none")
    private List<String> names = new ArrayList<>();

    /** For picocli. */
    public PeersOption() {}

    /** {@return the chosen peers; one that was asked for by name and is not installed ends the command with exit code 3} */
    List<Peer> peers() {
        Set<Peer> chosen = new LinkedHashSet<>();
        for (String name : names) {
            if (name.equals(ALL)) {
                Arrays.stream(Peer.values()).filter(p -> p.reason().isEmpty()).forEach(chosen::add);
                continue;
            }
            Peer peer = Peer.of(name)
                    .orElseThrow(() -> SelectionOptions.unknown(
                            "--peers",
                            name,
                            Stream.concat(Arrays.stream(Peer.values()).map(Peer::title), Stream.of(ALL))));
            if (!peer.reason().isEmpty()) {
                throw new BackendUnavailableException(
                        "--peers " + peer.title() + ": not installed here: " + peer.reason());
            }
            chosen.add(peer);
        }
        return List.copyOf(chosen);
    }

    /** {@return a sentence for each peer that "all" did not find} */
    List<String> missing() {
        return Arrays.stream(Peer.values())
                .filter(p -> names.contains(ALL) && !p.reason().isEmpty())
                .map(p -> p.title() + " is not installed here: " + p.reason())
                .toList();
    }
}
