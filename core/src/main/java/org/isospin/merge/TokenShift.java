package org.isospin.merge;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/**
 * How far each token's activation x₁ of a tuned model has moved from the base's, x₀, over all tokens: the pointwise diagnostics of
 * PEFT-Arena (arXiv 2605.28819).
 *
 * <p>Everything is computed in F64, whatever the types. Angles are 2·atan(‖û₁ − û₀‖/‖û₁ + û₀‖) of the unit vectors, so that small
 * ones keep their digits, which an arc cosine loses. A zero activation is at right angles to any other, itself included; 0/0 counts
 * as 1 in ratios of lengths. Activations 10¹⁵⁰ times shorter than the largest of their model count as zero.
 *
 * @param cosine the mean cosine of x₀ and x₁
 * @param angle their mean angle, in radians
 * @param medianAngle the median angle; of an even number of tokens, the mean of both in the middle
 * @param logRatio the mean |ln(‖x₁‖/‖x₀‖)|
 * @param ratio the mean ‖x₁‖/‖x₀‖
 * @param ratioDeviation its standard deviation over the tokens
 */
public record TokenShift(
        double cosine, double angle, double medianAngle, double logRatio, double ratio, double ratioDeviation) {
    /**
     * {@return the shift; NaN if there is no token}
     *
     * @param iso where it runs; waits four times
     * @param base X₀, m × d, a token in each row
     * @param tuned X₁, m × d
     * @throws IllegalArgumentException if the shapes differ or an element is not finite
     */
    public static TokenShift of(Isospin iso, Matrix base, Matrix tuned) {
        Operands.requireSameShape("tokenShift", base, tuned);
        int m = base.rows();
        double[][] found = new double[Quantity.values().length][m];
        double[] units = iso.compute(stream -> measure(stream, base, tuned, found), base, tuned);
        double[] before = found[Quantity.BEFORE.ordinal()];
        double[] after = found[Quantity.AFTER.ordinal()];
        double[] apart = found[Quantity.APART.ordinal()];
        double[] together = found[Quantity.TOGETHER.ordinal()];
        double[] cosines = new double[m];
        double[] angles = new double[m];
        double[] ratios = new double[m];
        double[] logs = new double[m];
        for (int i = 0; i < m; i++) {
            boolean isZero = before[i] == 0 || after[i] == 0;
            angles[i] = isZero ? Math.PI / 2 : 2 * Math.atan2(apart[i], together[i]);
            double a = apart[i] * apart[i];
            double t = together[i] * together[i];
            cosines[i] = isZero ? 0 : (t - a) / (t + a);
            boolean areZero = before[i] == 0 && after[i] == 0;
            ratios[i] = areZero ? 1 : after[i] / before[i] * (units[1] / units[0]);
            logs[i] = Math.abs(Math.log(ratios[i]));
        }
        double ratio = mean(ratios);
        double[] squares =
                Arrays.stream(ratios).map(r -> (r - ratio) * (r - ratio)).toArray();
        return new TokenShift(mean(cosines), mean(angles), median(angles), mean(logs), ratio, Math.sqrt(mean(squares)));
    }

    /** {@return 1 − {@link #cosine}} */
    public double cosineDrift() {
        return 1 - cosine;
    }

    /** What is measured of each token. */
    private enum Quantity {
        BEFORE,
        AFTER,
        APART,
        TOGETHER
    }

    /** found ← lengths, in units that are returned, and the lengths of difference and sum of the unit vectors. */
    private static double[] measure(ComputeStream stream, Matrix base, Matrix tuned, double[][] found) {
        Workspace ws = stream.workspace();
        int m = base.rows();
        int d = base.columns();
        ws.mark();
        try {
            Matrix x0 = ws.matrix(DType.F64, m, d);
            Matrix x1 = ws.matrix(DType.F64, m, d);
            Matrix both = ws.matrix(DType.F64, m, d);
            Matrix norms = ws.matrix(DType.F64, 1, m);
            stream.copy(base, x0);
            stream.copy(tuned, x1);
            Rows.requireFinite(stream, "tokenShift", x0);
            Rows.requireFinite(stream, "tokenShift", x1);
            Scalar unit0 = stream.scalar();
            Scalar unit1 = stream.scalar();
            stream.scaleToOne(x0, x0, unit0);
            stream.scaleToOne(x1, x1, unit1);
            Rows.normalize(stream, x0, norms, x0);
            keep(stream, norms, found, Quantity.BEFORE);
            Rows.normalize(stream, x1, norms, x1);
            keep(stream, norms, found, Quantity.AFTER);
            stream.combine(1, x1, -1, x0, 0, both);
            Rows.normalize(stream, both, norms, both);
            keep(stream, norms, found, Quantity.APART);
            stream.combine(1, x1, 1, x0, 0, both);
            Rows.normalize(stream, both, norms, both);
            keep(stream, norms, found, Quantity.TOGETHER);
            return new double[] {stream.read(unit0), stream.read(unit1)};
        } finally {
            ws.release();
        }
    }

    private static void keep(ComputeStream stream, Matrix norms, double[][] found, Quantity quantity) {
        double[] values = found[quantity.ordinal()];
        stream.copy(norms, Matrix.wrap(values, 1, values.length));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int m = sorted.length;
        return m == 0 ? Double.NaN : (sorted[(m - 1) / 2] + sorted[m / 2]) / 2;
    }
}
