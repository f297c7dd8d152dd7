package org.isospin.backend;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.isospin.Matrix;
import org.isospin.Precision;

/** A reference backend that records what happens to it and lets a test step in wherever normal numbers are drawn. */
public final class RecordingBackend implements Backend {
    /** "open THREADS PRECISION", "reset", "close stream" and "close backend", in order. */
    public final List<String> events = Collections.synchronizedList(new ArrayList<>());

    private final Consumer<Long> atGaussian;

    /**
     * Makes a backend.
     *
     * @param atGaussian called with the seed before normal numbers are drawn
     */
    public RecordingBackend(Consumer<Long> atGaussian) {
        this.atGaussian = atGaussian;
    }

    /** Makes a backend that only records. */
    public RecordingBackend() {
        this(seed -> {});
    }

    @Override
    public String name() {
        return "recording";
    }

    @Override
    public SequencedMap<String, String> describe() {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("width", "3 bits");
        return facts;
    }

    @Override
    public ComputeStream open(int threads, Precision precision) {
        if (threads == 13) {
            throw new IllegalArgumentException("13 threads are unlucky");
        }
        events.add("open " + threads + " " + precision);
        return new HostStream(threads, precision, new VectorOps()) {
            @Override
            public void gaussian(long seed, Matrix target) {
                atGaussian.accept(seed);
                super.gaussian(seed, target);
            }

            @Override
            public void reset() {
                events.add("reset");
                super.reset();
            }

            @Override
            public void close() {
                events.add("close stream");
            }
        };
    }

    @Override
    public void close() {
        events.add("close backend");
    }
}
