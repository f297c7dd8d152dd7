package org.isospin.bench.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.cli.UsageException;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.TensorView;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The largest difference between corresponding singular values of a matrix and of its namesake in another file, in units of
 * that one's largest: maxⱼ |σⱼ − σⱼ'| / σ₁'.
 *
 * <p>The default tolerance is what one rotation may cost. By Weyl's inequality a perturbation moves no singular value by more
 * than its norm. Storing the result adds independent errors of at most u of each element, a matrix of norm below
 * 2u·σ₁; multiplying m × n matrices adds errors of about √max(m, n)·u_c, where u_c is the roundoff of the arithmetic, for which
 * 4√max(m, n)·u_c leaves room.
 */
@SuppressWarnings("NullAway.Init")
final class SpectrumMeasure implements Measure {
    @Option(
            names = "--spectrum-of",
            paramLabel = "BASE",
            required = true,
            description = "Singular values must be those of the tensor of the same name in this safetensors file")
    private Path base;

    @Option(
            names = "--tolerance",
            paramLabel = "TOL",
            description = "With --spectrum-of: the largest difference of two singular values to accept, in units of the"
                    + " largest. Default: 2u + 4√max(rows, columns)·u', what one rotation costs, with u the roundoff of"
                    + " the coarser of both types and u' that of its arithmetic (F64 for F64, else F32)")
    private @Nullable Double tolerance;

    private @Nullable Checkpoint checkpoint;

    @Override
    public String name() {
        return "spectrum";
    }

    @Override
    public List<String> columns() {
        return List.of("largest σ", "largest σ of BASE", "difference/σ₁");
    }

    @Override
    public void validate() {
        if (tolerance != null && !(tolerance >= 0)) {
            throw new UsageException("--tolerance must be 0 or more, not " + tolerance);
        }
    }

    @Override
    public void open(List<TensorView> matrices) throws IOException {
        checkpoint = Safetensors.open(base);
        for (TensorView tensor : matrices) {
            if (!checkpoint.names().contains(tensor.name())) {
                throw new UsageException(base + ": has no tensor " + tensor.name());
            }
            TensorView other = checkpoint.tensor(tensor.name());
            if (!other.isMatrix() || !Arrays.equals(other.shape(), tensor.shape())) {
                throw new UsageException(base + ": has " + other + " where " + tensor + " is compared");
            }
        }
    }

    @Override
    public Row measure(Isospin iso, TensorView tensor) {
        TensorView other = Objects.requireNonNull(checkpoint).tensor(tensor.name());
        double[] found = spectrum(iso, tensor.matrix());
        double[] wanted = spectrum(iso, other.matrix());
        double largest = wanted.length == 0 ? 0 : wanted[0];
        double difference = 0;
        for (int j = 0; j < found.length; j++) {
            double d = Math.abs(found[j] - wanted[j]);
            difference = Double.isNaN(d) ? Double.NaN : Math.max(difference, d);
        }
        double error = difference == 0 ? 0 : difference / largest;
        SequencedMap<String, Double> figures = new LinkedHashMap<>();
        figures.put("largest", found.length == 0 ? 0 : found[0]);
        figures.put("largestOfBase", largest);
        figures.put("difference", error);
        return Row.of(tensor, figures, error, tolerance(tensor.matrix(), other.matrix()));
    }

    private double tolerance(Matrix a, Matrix b) {
        if (tolerance != null) {
            return tolerance;
        }
        DType coarser = a.dtype().unitRoundoff() >= b.dtype().unitRoundoff() ? a.dtype() : b.dtype();
        return 2 * coarser.unitRoundoff()
                + 4
                        * Math.sqrt(Math.max(a.rows(), a.columns()))
                        * coarser.computeType().unitRoundoff();
    }

    /** {@return the singular values, descending; NaN if the matrix is not finite} */
    private static double[] spectrum(Isospin iso, Matrix a) {
        double[] values = new double[Math.min(a.rows(), a.columns())];
        if (isFinite(a)) {
            iso.singularValues(a, Matrix.wrap(values, 1, values.length));
        } else {
            Arrays.fill(values, Double.NaN);
        }
        return values;
    }

    private static boolean isFinite(Matrix a) {
        for (int i = 0; i < a.rows(); i++) {
            for (int j = 0; j < a.columns(); j++) {
                if (!Double.isFinite(a.get(i, j))) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        if (checkpoint != null) {
            checkpoint.close();
        }
    }
}
