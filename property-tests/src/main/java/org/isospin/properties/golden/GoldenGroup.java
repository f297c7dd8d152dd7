package org.isospin.properties.golden;

import java.util.List;
import org.isospin.checkpoint.Checkpoint;

/** The cases of one group; closing it unmaps the file that their matrices lie in. */
public final class GoldenGroup implements AutoCloseable {
    private final String name;
    private final List<GoldenCase> cases;
    private final Checkpoint tensors;

    GoldenGroup(String name, List<GoldenCase> cases, Checkpoint tensors) {
        this.name = name;
        this.cases = List.copyOf(cases);
        this.tensors = tensors;
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    /** {@return its cases, in the manifest's order} */
    public List<GoldenCase> cases() {
        return cases;
    }

    /** Unmaps the file; idempotent. */
    @Override
    public void close() {
        tensors.close();
    }
}
