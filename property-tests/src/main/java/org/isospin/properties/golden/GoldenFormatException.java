package org.isospin.properties.golden;

import java.io.IOException;

/** Thrown where a manifest breaks a rule of its format; the message names file, place and rule. */
public final class GoldenFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param file the manifest
     * @param place the case and the quantity, or what else is concerned
     * @param rule the rule that is broken, and how
     */
    public GoldenFormatException(String file, String place, String rule) {
        super(file + ": " + place + ": " + rule);
    }
}
