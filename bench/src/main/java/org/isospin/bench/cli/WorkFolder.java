package org.isospin.bench.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A folder for what is made on the way; it goes at the end, even if a signal ends the JVM. */
public final class WorkFolder implements AutoCloseable {
    private final Path path;
    private final Thread hook;

    /**
     * Makes it.
     *
     * @param parent where
     * @throws IOException if it cannot be made there
     */
    public WorkFolder(Path parent) throws IOException {
        path = Files.createTempDirectory(parent, ".isospin");
        hook = new Thread(() -> {
            try {
                delete(path);
            } catch (IOException _) {
                // The JVM ends: nobody is left to be told.
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * {@return the path of something in it}
     *
     * @param name its name
     */
    public Path resolve(String name) {
        return path.resolve(name);
    }

    @Override
    public void close() throws IOException {
        Runtime.getRuntime().removeShutdownHook(hook);
        delete(path);
    }

    private static void delete(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
