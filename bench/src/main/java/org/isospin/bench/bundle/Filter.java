package org.isospin.bench.bundle;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A stream through a program into a file. If the program fails, what it said is the failure. */
final class Filter extends OutputStream {
    private final String name;
    private final Process process;
    private final OutputStream in;
    private boolean isClosed;

    /**
     * Starts the program.
     *
     * @param file where its standard output goes
     * @param command the program and its arguments
     */
    Filter(Path file, String... command) throws IOException {
        name = command[0];
        process = new ProcessBuilder(command).redirectOutput(file.toFile()).start();
        in = process.getOutputStream();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            in.write(bytes, offset, length);
        } catch (IOException e) {
            // The program is gone: its own words say why.
            close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        if (isClosed) {
            return;
        }
        isClosed = true;
        IOException pipe = null;
        try {
            in.close();
        } catch (IOException e) {
            pipe = e;
        }
        String said = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(name + " failed: " + said, pipe);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(name + " was interrupted");
        }
        if (pipe != null) {
            throw pipe;
        }
    }
}
