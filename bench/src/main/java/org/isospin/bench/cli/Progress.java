package org.isospin.bench.cli;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * A line on standard error that tells what a command is at: rewritten in place on a terminal; elsewhere, in a log, a new one each
 * minute, so that short commands leave nothing there.
 */
public final class Progress implements AutoCloseable {
    private static final String ERASE = "\r\033[K";
    private static final int WIDTH = 78;

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final PrintWriter err;
    private final boolean isRewritten;
    private long said = System.nanoTime();

    /**
     * Starts without a line.
     *
     * @param err standard error
     */
    public Progress(PrintWriter err) {
        this.err = err;
        this.isRewritten = Terminal.ERR.isThere() && !"dumb".equals(System.getenv("TERM"));
    }

    /**
     * Replaces the line, or writes one if a minute has passed since the last.
     *
     * @param text what goes on
     */
    public void show(String text) {
        if (isRewritten) {
            err.print(ERASE + (text.length() > WIDTH ? text.substring(0, WIDTH - 1) + "…" : text));
            err.flush();
        } else if (System.nanoTime() - said >= PAUSE.toNanos()) {
            said = System.nanoTime();
            err.println("isospin: " + text);
            err.flush();
        }
    }

    /** Removes the line. */
    @Override
    public void close() {
        if (isRewritten) {
            err.print(ERASE);
            err.flush();
        }
    }
}
