package org.isospin.bench.cli;

import java.util.List;

/**
 * Which standard streams are terminals, as the launcher found: the JVM itself can only tell for input and output together.
 * Without the launcher none is.
 */
public enum Terminal {
    /** Standard output. */
    OUT,
    /** Standard error. */
    ERR;

    /** The system property by which the launcher names those that are. */
    static final String PROPERTY = "isospin.terminal";

    /** {@return whether the stream is a terminal} */
    public boolean isThere() {
        return List.of(System.getProperty(PROPERTY, "").split(",")).contains(name());
    }

    /**
     * {@return whether text on a stream may be coloured: it is a terminal, and https://no-color.org is not asked for}
     *
     * @param stream the stream
     */
    public static boolean hasColour(Terminal stream) {
        String noColour = System.getenv("NO_COLOR");
        return stream.isThere() && (noColour == null || noColour.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
    }
}
