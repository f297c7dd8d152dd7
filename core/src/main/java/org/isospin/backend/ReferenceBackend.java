package org.isospin.backend;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Precision;

/** The backend of plain Java loops: slow, everywhere, and the definition of what the contract means. */
public final class ReferenceBackend implements Backend {
    /** Makes the backend. */
    public ReferenceBackend() {}

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public SequencedMap<String, String> describe() {
        SequencedMap<String, String> lines = new LinkedHashMap<>();
        lines.put("kernels", "plain Java loops, one thread");
        return lines;
    }

    @Override
    public ComputeStream open(int threads, Precision precision) {
        return new HostStream(threads, precision, new VectorOps());
    }

    /** Holds nothing. */
    @Override
    public void close() {}
}
