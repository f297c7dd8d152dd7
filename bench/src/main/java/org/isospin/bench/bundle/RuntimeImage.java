package org.isospin.bench.bundle;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import org.isospin.bench.cli.UsageException;

/** The Java runtime of a bundle: what the command line needs of this JDK, linked by jlink. */
final class RuntimeImage {
    /** XML is for Jackson; JMX and Unsafe are for JMH, which the jars hold too. */
    private static final List<String> MODULES = List.of(
            "java.base", "java.management", "java.xml", "jdk.incubator.vector", "jdk.management", "jdk.unsupported");

    private RuntimeImage() {}

    /** Fails where this Java cannot link, before any work is done. */
    static ToolProvider linker() {
        return ToolProvider.findFirst("jlink")
                .orElseThrow(() -> new UsageException("bundle: the Java in " + System.getProperty("java.home")
                        + " has no jlink; run it by a whole JDK (ISOSPIN_JDK names one), from a source tree"));
    }

    /**
     * Links.
     *
     * @param linker of {@link #linker}
     * @param folder where the image goes; must not exist
     */
    static void link(ToolProvider linker, Path folder) throws IOException {
        StringWriter said = new StringWriter();
        PrintWriter log = new PrintWriter(said);
        // Not compressed: the archive is, as a whole, which is smaller.
        int code = linker.run(
                log,
                log,
                "--add-modules",
                String.join(",", MODULES),
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                "zip-0",
                "--output",
                folder.toString());
        if (code != 0) {
            throw new IOException("jlink failed: " + said.toString().strip());
        }
    }
}
