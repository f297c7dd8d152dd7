package org.isospin.properties.golden;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** The golden vectors among the test resources. */
final class GoldenFiles {
    private GoldenFiles() {}

    static Path folder() throws URISyntaxException {
        URL url = Objects.requireNonNull(GoldenFiles.class.getResource("/golden"), "golden is a test resource");
        return Path.of(url.toURI());
    }
}
