package org.isospin.backend;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Precision;

/** The backend that runs everywhere: plain Java on the caller's thread. Slow, simple and the measure of the others. */
public final class ReferenceBackend implements Backend {
    /** The name users select it by. */
    public static final String NAME = "reference";

    /** Makes the backend; nothing is started. */
    public ReferenceBackend() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SequencedMap<String, String> describe() {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("threads at most", "1");
        facts.put("arithmetic", "plain Java FMA");
        return facts;
    }

    @Override
    public ComputeStream open(int threads, Precision precision) {
        return new HostStream(1, precision, new VectorOps());
    }

    @Override
    public void close() {}
}
