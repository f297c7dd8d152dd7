package org.isospin.bench.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Standard output whose failures cannot be missed: a {@link java.io.PrintWriter} swallows an {@link IOException}, so this
 * turns it into a {@link UsageException}, which ends the command.
 */
public final class CheckedOutput extends OutputStream {
    private final OutputStream target;
    private boolean hasFailed;

    /**
     * Wraps a stream.
     *
     * @param target where the bytes go
     */
    public CheckedOutput(OutputStream target) {
        this.target = new BufferedOutputStream(target);
    }

    @Override
    public void write(int b) {
        run(() -> target.write(b));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        run(() -> target.write(bytes, offset, length));
    }

    @Override
    public void flush() {
        run(target::flush);
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    private void run(Action action) {
        if (hasFailed) {
            return;
        }
        try {
            action.run();
        } catch (IOException e) {
            hasFailed = true;
            throw new UsageException("cannot write to standard output: " + e.getMessage(), e);
        }
    }
}
