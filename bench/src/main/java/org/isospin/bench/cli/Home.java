package org.isospin.bench.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What lies beside the command line, in a source tree or in a bundle; the launcher tells where that is. */
public final class Home {
    /** The system property that the launcher sets to the source tree or the bundle. */
    public static final String PROPERTY = "isospin.home";

    private static final List<String> GOLDEN = List.of("golden", "property-tests/src/test/resources/golden");
    private static final List<String> PEERS = List.of("peers", "bench/peers");

    private Home() {}

    /** {@return the source tree or the bundle; empty without the launcher} */
    public static Optional<Path> folder() {
        String home = System.getProperty(PROPERTY, "");
        return home.isEmpty() ? Optional.empty() : Optional.of(Path.of(home));
    }

    /** {@return the folder of golden vectors} */
    public static Optional<Path> golden() {
        return find(GOLDEN);
    }

    /** {@return the folder of the scripts of peers} */
    public static Optional<Path> peers() {
        return find(PEERS);
    }

    private static Optional<Path> find(List<String> names) {
        return folder().flatMap(home ->
                names.stream().map(home::resolve).filter(Files::isDirectory).findFirst());
    }
}
