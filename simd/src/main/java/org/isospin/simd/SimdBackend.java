package org.isospin.simd;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.DType;
import org.isospin.Precision;
import org.isospin.backend.Backend;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.WorkerPool;

/** The backend that computes in the processor's vectors, on the caller's thread and workers that all streams share. */
final class SimdBackend implements Backend {
    private final WorkerPool pool;

    /**
     * Makes the backend; threads start at the first large call.
     *
     * @param maxThreads how many threads work on a call at most, the caller's included
     */
    SimdBackend(int maxThreads) {
        this.pool = new WorkerPool(SimdProvider.NAME, maxThreads);
    }

    @Override
    public String name() {
        return SimdProvider.NAME;
    }

    @Override
    public SequencedMap<String, String> describe() {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("threads at most", Integer.toString(pool.maxThreads()));
        facts.put("arithmetic", "Vector API, FMA");
        facts.put(
                "vectors",
                VectorWidth.BITS + " bits: " + VectorWidth.FLOATS.length() + " x F32, " + VectorWidth.DOUBLES.length()
                        + " x F64");
        facts.put("F32 products", FloatKernels.chosen().name());
        facts.put("F64 products", DoubleKernels.chosen().name());
        return facts;
    }

    @Override
    public ComputeStream open(int threads, Precision precision) {
        return new SimdStream(new Sharing(pool, threads), precision);
    }

    @Override
    public double peakFlops(DType dtype) {
        return FmaPeak.measure(dtype);
    }

    @Override
    public void close() {
        pool.close();
    }
}
