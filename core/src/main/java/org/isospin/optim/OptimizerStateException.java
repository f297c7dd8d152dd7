package org.isospin.optim;

import java.io.IOException;
import java.util.List;

/** Thrown where a state file belongs to another optimizer than the one that loads it; it has all differences. */
public final class OptimizerStateException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> differences;

    OptimizerStateException(String file, List<String> differences) {
        super(file + " is not a state of this optimizer: " + String.join("; ", differences));
        this.differences = List.copyOf(differences);
    }

    /** {@return what differs, a line each} */
    public List<String> differences() {
        return differences;
    }
}
