package org.isospin.bench.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a tar archive, POSIX.1-1988 ustar, that depends on names, modes and contents alone: no owners, one time for all. Every
 * tar reads it, Python's {@code tarfile} too.
 */
final class TarWriter implements AutoCloseable {
    private static final int BLOCK = 512;
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_PREFIX = 155;
    /** 1980-01-01, the earliest time that every archiver accepts. */
    private static final long TIME = 315_532_800;

    private final OutputStream out;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    /**
     * Adds a file.
     *
     * @param name its path in the archive
     * @param file where its content is; a symbolic link stays one
     */
    void file(String name, Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            header(name, 0777, 0, '2', Files.readSymbolicLink(file).toString());
            return;
        }
        long size = Files.size(file);
        header(name, Files.isExecutable(file) ? 0755 : 0644, size, '0', "");
        try (InputStream in = Files.newInputStream(file)) {
            long copied = in.transferTo(out);
            if (copied != size) {
                throw new IOException(file + " changed while it was read: " + copied + " bytes, not " + size);
            }
        }
        pad(size);
    }

    /**
     * Adds bytes as a file.
     *
     * @param name its path in the archive
     * @param content its content
     */
    void bytes(String name, byte[] content) throws IOException {
        header(name, 0644, content.length, '0', "");
        out.write(content);
        pad(content.length);
    }

    private void header(String name, int mode, long size, char type, String link) throws IOException {
        byte[] block = new byte[BLOCK];
        int split = split(name);
        put(block, 0, LONGEST_NAME, name.substring(split == 0 ? 0 : split + 1));
        octal(block, 100, 8, mode);
        octal(block, 108, 8, 0);
        octal(block, 116, 8, 0);
        octal(block, 124, 12, size);
        octal(block, 136, 12, TIME);
        put(block, 148, 8, "        ");
        put(block, 156, 1, String.valueOf(type));
        put(block, 157, LONGEST_NAME, link);
        put(block, 257, 8, "ustar\00000");
        put(block, 345, LONGEST_PREFIX, name.substring(0, split));
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum);
        out.write(block);
    }

    /** {@return where the slash between prefix and name is; 0 where no prefix is needed} */
    private static int split(String name) {
        if (name.length() <= LONGEST_NAME) {
            return 0;
        }
        int slash = name.indexOf('/', name.length() - LONGEST_NAME - 1);
        if (slash < 1 || slash > LONGEST_PREFIX) {
            throw new IllegalArgumentException("a tar archive has no room for the name " + name);
        }
        return slash;
    }

    private static void put(byte[] block, int at, int length, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > length) {
            throw new IllegalArgumentException("a tar archive has no room for the name " + text);
        }
        System.arraycopy(bytes, 0, block, at, bytes.length);
    }

    /** Octal digits and a NUL. */
    private static void octal(byte[] block, int at, int length, long value) {
        String digits = Long.toOctalString(value);
        put(block, at, length - 1, "0".repeat(length - 1 - digits.length()) + digits);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) ((BLOCK - size % BLOCK) % BLOCK)]);
    }

    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK]);
        out.close();
    }
}
