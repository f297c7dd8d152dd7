package org.isospin.bench.bundle;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.isospin.bench.cli.Commit;
import org.isospin.bench.cli.Home;
import org.isospin.bench.cli.UsageException;

/**
 * What is in a bundle: the launcher, a runtime, jars, golden vectors, the scripts of peers, the commit that all of it is of.
 *
 * @param home the source tree
 * @param jars the class path
 */
record Contents(Path home, List<Path> jars) {
    private static final String GOLDEN = "property-tests/src/test/resources/golden";
    private static final List<String> FILES = List.of("isospin", "LICENSE", "bench/bundle/README.txt");

    /** {@return what the running command line is made of; fails where it was not started from a source tree} */
    static Contents here() {
        String home = System.getProperty(Home.PROPERTY, "");
        List<Path> jars = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        Contents contents = new Contents(Path.of(home), jars);
        if (home.isEmpty()
                || Stream.concat(FILES.stream(), Stream.of(GOLDEN))
                        .anyMatch(f -> !Files.exists(contents.home.resolve(f)))) {
            throw new UsageException("bundle: runs from a source tree alone, by its launcher ./isospin");
        }
        return contents;
    }

    /**
     * Writes everything.
     *
     * @param root the name of the folder that the archive unpacks to
     * @param runtime of {@link RuntimeImage}
     * @param tar where it goes
     * @param progress hears of each part
     */
    void write(String root, Path runtime, TarWriter tar, Consumer<String> progress) throws IOException {
        for (String file : FILES) {
            Path path = home.resolve(file);
            tar.file(root + "/" + path.getFileName(), path);
        }
        tar.bytes(root + "/" + Commit.FILE, (Commit.of(home) + "\n").getBytes(StandardCharsets.UTF_8));
        for (Path jar : jars.stream().sorted().toList()) {
            progress.accept("packing " + jar.getFileName());
            tar.bytes(root + "/lib/" + jar.getFileName(), StoredJar.of(jar));
        }
        progress.accept("packing golden vectors and peers");
        folder(root + "/golden", home.resolve(GOLDEN), tar);
        folder(root + "/peers", home.resolve("bench/peers"), tar);
        progress.accept("packing the Java runtime");
        folder(root + "/jdk", runtime, tar);
    }

    private static void folder(String name, Path folder, TarWriter tar) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> !Files.isDirectory(f)).sorted().toList()) {
                tar.file(name + "/" + folder.relativize(file), file);
            }
        }
    }
}
