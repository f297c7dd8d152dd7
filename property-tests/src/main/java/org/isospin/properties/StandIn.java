package org.isospin.properties;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The library that stands in for CUDA where there is no GPU, built of {@code gpu/src/test/c} by gcc with OpenBLAS: the same
 * backend runs on it, call by call.
 */
public final class StandIn {
    /** The property that makes CUDA's loader take one file for all libraries. */
    public static final String PROPERTY = "isospin.cuda";

    /** Set where tests are to run on a real GPU. */
    private static final String REAL = "ISOSPIN_TEST_GPU";

    private static final List<Path> SOURCES = List.of(Path.of("gpu/src/test/c"), Path.of("gpu/src/main/cuda"));

    private StandIn() {}

    /**
     * What building it came to.
     *
     * @param library the file; empty if it could not be built
     * @param reason why it could not be built; empty if it was
     */
    public record Outcome(Optional<Path> library, String reason) {}

    /** Makes this JVM use it, unless the JVM was told what to use; to be called before anything looks for CUDA. */
    public static void use() {
        if (System.getProperty(PROPERTY) == null && System.getenv(REAL) == null) {
            build().library().ifPresent(file -> System.setProperty(PROPERTY, file.toString()));
        }
    }

    /** {@return the library, built now if its sources have changed} */
    public static Outcome build() {
        try {
            Optional<Path> root = root();
            if (root.isEmpty()) {
                return failed(
                        "its sources are not in a folder above " + Path.of("").toAbsolutePath());
            }
            String name = "standin-" + digest(root.get()) + ".so";
            Path library = root.get().resolve("property-tests/target").resolve(name);
            return Files.exists(library) ? new Outcome(Optional.of(library), "") : compile(root.get(), library);
        } catch (IOException e) {
            return failed(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("interrupted");
        }
    }

    private static Outcome failed(String reason) {
        return new Outcome(Optional.empty(), "the CUDA stand-in cannot be built: " + reason);
    }

    private static Optional<Path> root() {
        return Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .filter(path -> Files.isDirectory(path.resolve(SOURCES.getFirst())))
                .findFirst();
    }

    private static String digest(Path root) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path folder : SOURCES) {
                try (Stream<Path> files = Files.list(root.resolve(folder))) {
                    files.sorted().forEach(file -> {
                        try {
                            digest.update(Files.readAllBytes(file));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
                }
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }

    private static Outcome compile(Path root, Path library) throws IOException, InterruptedException {
        Files.createDirectories(library.getParent());
        Path made = Files.createTempFile(library.getParent(), "standin", ".so");
        Path source = root.resolve(SOURCES.getFirst());
        List<String> command = List.of(
                "gcc",
                "-O3",
                "-march=native",
                "-ffp-contract=off",
                "-std=gnu17",
                "-fPIC",
                "-shared",
                "-Wno-unknown-pragmas",
                "-I",
                source.toString(),
                "-I",
                root.resolve(SOURCES.get(1)).toString(),
                "-o",
                made.toString(),
                source.resolve("standin.c").toString(),
                "-l:libopenblas.so.0",
                "-lm",
                "-lpthread");
        Process gcc;
        try {
            gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            Files.delete(made);
            return failed("there is no gcc (" + e.getMessage() + ")");
        }
        String output = new String(gcc.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!gcc.waitFor(2, TimeUnit.MINUTES) || gcc.exitValue() != 0) {
            gcc.destroyForcibly();
            Files.delete(made);
            return failed("gcc says: " + output.strip());
        }
        // Another JVM may build it at the same time: the file appears whole or not at all.
        Files.move(made, library, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new Outcome(Optional.of(library), "");
    }
}
