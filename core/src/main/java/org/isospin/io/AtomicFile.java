package org.isospin.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Replaces a file all at once: the content goes to a temporary file in the same folder, reaches the disk, and takes the
 * file's name in one step. Whatever fails before that, a signal that ends the JVM included, the old file stays as it was and
 * the temporary one is removed.
 */
public final class AtomicFile {
    /** Produces the content. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes everything.
         *
         * @param channel to the temporary file
         * @throws IOException if that fails
         */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    /** Opens the temporary file; tests put failing channels here. */
    @FunctionalInterface
    public interface Opener {
        /**
         * {@return a channel to a new file}
         *
         * @param temporary the file
         * @throws IOException if it cannot be made
         */
        WritableByteChannel open(Path temporary) throws IOException;
    }

    /** Opens files. */
    public static final Opener FILES =
            path -> FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private AtomicFile() {}

    /**
     * Writes a file.
     *
     * @param file the file, which need not exist; a symbolic link is followed
     * @param opener makes the temporary file
     * @param content the content
     * @throws IOException with the file and the reason in one line
     */
    public static void write(Path file, Opener opener, Content content) throws IOException {
        try {
            Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
            if (Files.exists(target) && !Files.isRegularFile(target)) {
                throw new FileSystemException(file.toString(), null, "not a regular file");
            }
            replace(target, opener, content);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + reason(e), e);
        }
    }

    private static void replace(Path target, Opener opener, Content content) throws IOException {
        String unique = Long.toHexString(ProcessHandle.current().pid()) + "-" + Long.toHexString(System.nanoTime());
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + unique + ".tmp");
        try (Cleanup _ = new Cleanup(temporary)) {
            try (WritableByteChannel channel = opener.open(temporary)) {
                content.writeTo(channel);
                if (channel instanceof FileChannel onDisk) {
                    onDisk.force(true);
                }
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (Throwable failure) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
        forceFolder(target);
    }

    /** Removes a temporary file if the JVM is told to end (SIGTERM, Ctrl-C) while it is written. */
    private static final class Cleanup implements AutoCloseable {
        private final Thread hook;

        Cleanup(Path temporary) {
            hook = new Thread(() -> {
                try {
                    Files.deleteIfExists(temporary);
                } catch (IOException e) {
                    log("cannot delete " + temporary, e);
                }
            });
            try {
                Runtime.getRuntime().addShutdownHook(hook);
            } catch (IllegalStateException e) {
                log("the JVM is ending already", e);
            }
        }

        @Override
        public void close() {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                log("the JVM is ending", e);
            }
        }
    }

    private static void log(String message, Exception e) {
        System.getLogger("org.isospin.io").log(System.Logger.Level.DEBUG, message, e);
    }

    /** Makes the new name durable where the platform can; the content already is, so a failure here is no failure. */
    private static void forceFolder(Path target) {
        Path folder = target.getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            log("cannot flush the folder " + folder, e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return switch (e) {
            case NoSuchFileException missing -> "no such folder: " + parent(missing);
            case AccessDeniedException _ -> "access denied";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String parent(NoSuchFileException missing) {
        return String.valueOf(Path.of(missing.getFile()).getParent());
    }
}
