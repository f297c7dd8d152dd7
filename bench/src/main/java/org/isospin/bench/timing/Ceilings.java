package org.isospin.bench.timing;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.isospin.DType;
import org.isospin.bench.cli.Figures;

/**
 * What a device reaches, measured on it.
 *
 * @param gemm flops a second of its fastest product, by type
 * @param memory bytes a second, read and written, of a copy within its memory
 * @param upload bytes a second from host memory
 * @param download bytes a second to host memory
 */
record Ceilings(Map<DType, Double> gemm, double memory, double upload, double download) {
    /** Keeps a copy. */
    Ceilings {
        gemm = gemm.isEmpty() ? Map.of() : new EnumMap<>(gemm);
    }

    /** {@return flops a second; NaN where that type was not measured} */
    double gemm(DType dtype) {
        return gemm.getOrDefault(dtype, Double.NaN);
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        gemm.forEach((dtype, flops) ->
                parts.add("gemm " + Figures.name(dtype) + " " + Figures.significant(1e-9 * flops) + " GFLOP/s"));
        parts.add("memory " + Figures.significant(1e-9 * memory) + " GB/s");
        parts.add("to it " + Figures.significant(1e-9 * upload) + " GB/s");
        parts.add("from it " + Figures.significant(1e-9 * download) + " GB/s");
        return String.join(", ", parts);
    }
}
