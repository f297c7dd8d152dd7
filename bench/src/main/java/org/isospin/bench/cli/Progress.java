package org.isospin.bench.cli;

import java.io.PrintWriter;

/**
 * A line on standard error that tells what a command is at, rewritten in place; nothing at all where standard error is not
 * a terminal.
 */
public final class Progress implements AutoCloseable {
    private static final String ERASE = "\r\033[K";
    private static final int WIDTH = 78;

    private final PrintWriter err;
    private final boolean isShown;

    /**
     * Starts without a line.
     *
     * @param err standard error
     */
    public Progress(PrintWriter err) {
        this.err = err;
        this.isShown = Terminal.ERR.isThere() && !"dumb".equals(System.getenv("TERM"));
    }

    /**
     * Replaces the line.
     *
     * @param text what goes on
     */
    public void show(String text) {
        if (isShown) {
            err.print(ERASE + (text.length() > WIDTH ? text.substring(0, WIDTH - 1) + "…" : text));
            err.flush();
        }
    }

    /** Removes the line. */
    @Override
    public void close() {
        if (isShown) {
            err.print(ERASE);
            err.flush();
        }
    }
}
