package org.isospin.merge;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/** The mean of {@link GeneratorMean} of packed generators, in F64; sizes are scaled by powers of two. */
final class GeneratorSum {
    /** ‖Σ‖/Σ‖·‖ below which nothing but rounding is left. */
    private static final double CANCELLED = 0x1p-40;

    /** ‖A‖_F of a skew matrix over that of its packed elements. */
    private static final double PACKED = Math.sqrt(2);

    private GeneratorSum() {}

    /**
     * out ← the mean; waits once for the norms of all generators, then reads those that are there already, and once more.
     *
     * @param stream where it runs
     * @param operation the caller, for messages
     * @param generators packed elements of any type, all of one shape
     * @param weights one of each, not all 0
     * @param options how
     * @param out of the generators' shape, of any type; may overlap them
     * @return what came of it
     */
    static GeneratorMean.Result mean(
            ComputeStream stream,
            String operation,
            List<Matrix> generators,
            double[] weights,
            GeneratorMean options,
            Matrix out) {
        Workspace ws = stream.workspace();
        double[] shares = Experts.shares(weights);
        ws.mark();
        try {
            Matrix sum = ws.matrix(DType.F64, out.rows(), out.columns());
            Matrix part = ws.matrix(DType.F64, out.rows(), out.columns());
            double[] norms = norms(stream, operation, generators);
            double largest = Arrays.stream(norms).max().orElse(0);
            boolean isUniform = options.direction() == GeneratorMean.Direction.UNIFORM;
            double total = 0;
            stream.fill(sum, 0);
            for (int i = 0; i < norms.length; i++) {
                if (norms[i] > 0 && shares[i] > 0) {
                    double unit = unit(isUniform ? norms[i] : largest);
                    double size = norms[i] / unit;
                    stream.copy(generators.get(i), part);
                    stream.scale(1 / unit, part, part);
                    stream.combine(1, sum, isUniform ? shares[i] / size : shares[i], part, 0, sum);
                    total += isUniform ? shares[i] : shares[i] * size;
                }
            }
            if (total == 0) {
                stream.copy(sum, out);
                return new GeneratorMean.Result(0, 1, false);
            }
            Scalar norm = stream.scalar();
            stream.reduce(Reduction.FROBENIUS, sum, norm);
            double left = stream.read(norm);
            if (!(left > CANCELLED * total)) {
                stream.fill(sum, 0);
                stream.copy(sum, out);
                return new GeneratorMean.Result(0, Double.POSITIVE_INFINITY, true);
            }
            double correction = total / left;
            double applied = Math.min(correction, options.largestCorrection());
            double wanted = magnitude(options.magnitude(), norms, weights, shares);
            stream.scale(applied * (wanted / total), sum, out);
            return new GeneratorMean.Result(PACKED * (applied / correction) * wanted, correction, false);
        } finally {
            ws.release();
        }
    }

    private static double[] norms(ComputeStream stream, String operation, List<Matrix> generators) {
        Scalar[] found = new Scalar[generators.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = stream.scalar();
            stream.reduce(Reduction.FROBENIUS, generators.get(i), found[i]);
        }
        double[] norms = new double[found.length];
        for (int i = 0; i < norms.length; i++) {
            norms[i] = stream.read(found[i]);
            Experts.requireFinite(operation, norms[i], i);
        }
        return norms;
    }

    /** {@return the power of two at or below a number, but none whose reciprocal is infinite} */
    private static double unit(double x) {
        return Math.scalb(1.0, Math.max(Math.getExponent(x), Double.MIN_EXPONENT));
    }

    private static double magnitude(
            GeneratorMean.Magnitude magnitude, double[] norms, double[] weights, double[] shares) {
        int count = norms.length;
        return switch (magnitude) {
            case MEAN ->
                IntStream.range(0, count).mapToDouble(i -> shares[i] * norms[i]).sum();
            case MAX ->
                IntStream.range(0, count)
                        .filter(i -> weights[i] > 0)
                        .mapToDouble(i -> norms[i])
                        .max()
                        .orElse(0);
            case MEDIAN -> {
                // Weights, not shares: a half of equal ones is exact.
                double half = 0.5 * Arrays.stream(weights).sum();
                int[] ascending = IntStream.range(0, count)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> norms[i]))
                        .mapToInt(i -> i)
                        .toArray();
                double below = 0;
                int at = -1;
                while (below < half) {
                    at++;
                    below += weights[ascending[at]];
                }
                yield norms[ascending[at]];
            }
        };
    }
}
