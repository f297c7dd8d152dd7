package org.isospin.checkpoint;

import java.io.IOException;

/** Thrown where a checkpoint breaks a rule of its format; the message names file, tensor and rule. */
public final class CheckpointFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param file the file
     * @param tensor the tensor, or "header" where none is concerned
     * @param rule the rule that is broken, and how
     */
    public CheckpointFormatException(String file, String tensor, String rule) {
        super(file + ": " + tensor + ": " + rule);
    }
}
