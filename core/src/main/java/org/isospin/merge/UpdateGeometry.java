package org.isospin.merge;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;
import org.isospin.decomposition.Decompositions;
import org.isospin.measure.Spectrum;

/**
 * What tuning did to a weight, seen in the singular vectors W₀ = UΣVᵀ of the base: the spectral diagnostics of PEFT-Arena
 * (arXiv 2605.28819), with p = min(m, n) values each. ΔW = W − W₀.
 *
 * <p>Everything is computed in F64, whatever the types, and exact to c·max(m, n)·u·(‖W₀‖ + ‖W‖), c a small constant, but for the
 * vectors themselves: they, the alignment most of all, move by the error of the base over the gap of its singular values, and
 * two equal singular values leave them open. A change is subtracted before it is projected, so small ones keep their digits.
 */
public final class UpdateGeometry {
    private final double[] base;
    private final double[] projected;
    private final double[] energies;
    private final double[] alignment;
    private final Spectrum change;

    private UpdateGeometry(double[] base, double[] projected, double[] energies, double[] alignment, Spectrum change) {
        this.base = base;
        this.projected = projected;
        this.energies = energies;
        this.alignment = alignment;
        this.change = change;
    }

    /**
     * {@return the geometry of an update}
     *
     * @param iso where it runs; waits four times
     * @param base W₀, m × n
     * @param tuned W, m × n
     * @throws IllegalArgumentException if the shapes differ or an element is not finite
     */
    public static UpdateGeometry of(Isospin iso, Matrix base, Matrix tuned) {
        Operands.requireSameShape("updateGeometry", base, tuned);
        int p = Math.min(base.rows(), base.columns());
        double[] sigma = new double[p];
        double[] projected = new double[p];
        double[] energies = new double[p];
        double[] alignment = new double[p];
        double[] change = new double[p];
        iso.run(
                stream -> measure(
                        stream, base, tuned, row(sigma), row(projected), row(energies), row(alignment), row(change)),
                base,
                tuned);
        return new UpdateGeometry(sigma, projected, energies, alignment, Spectrum.of(change));
    }

    private static Matrix row(double[] values) {
        return Matrix.wrap(values, 1, values.length);
    }

    private static void measure(
            ComputeStream stream,
            Matrix base,
            Matrix tuned,
            Matrix sigma,
            Matrix projected,
            Matrix energies,
            Matrix alignment,
            Matrix change) {
        Workspace ws = stream.workspace();
        int m = base.rows();
        int n = base.columns();
        int p = sigma.columns();
        ws.mark();
        try {
            Matrix delta = ws.matrix(DType.F64, m, n);
            Matrix end = ws.matrix(DType.F64, m, n);
            Matrix u = ws.matrix(DType.F64, m, p);
            Matrix v = ws.matrix(DType.F64, n, p);
            Matrix left = ws.matrix(DType.F64, m, p);
            Matrix right = ws.matrix(DType.F64, n, p);
            Matrix values = ws.matrix(DType.F64, 1, p);
            Scalar unit = stream.scalar();
            stream.copy(base, delta);
            stream.copy(tuned, end);
            // Of F64, so that vectors are found in F64.
            Decompositions.svd(stream, delta, u, values, v);
            stream.copy(values, sigma);
            Decompositions.svd(stream, end, left, values, right);
            ColumnSums.dots(stream, v, right, values);
            stream.copy(values, alignment);
            stream.combine(1, end, -1, delta, 0, delta);
            Decompositions.singularValues(stream, delta, values);
            stream.copy(values, change);
            stream.scaleToOne(delta, delta, unit);
            stream.gemm(Arithmetic.F64, 1, delta, v, 0, left, left);
            ColumnSums.dots(stream, u, left, values);
            stream.scale(unit, values, values);
            stream.copy(values, projected);
            ColumnSums.dots(stream, left, left, values);
            // √x, and 0 for 0.
            stream.divideByRoot(1, values, 1, values, Double.MIN_NORMAL, values);
            stream.scale(unit, values, values);
            stream.copy(values, energies);
        } finally {
            ws.release();
        }
    }

    /** {@return σᵢ of the base, descending} */
    public double[] baseValues() {
        return base.clone();
    }

    /** {@return uᵢᵀWvᵢ, what became of σᵢ in the base's vectors} */
    public double[] projectedValues() {
        double[] values = new double[base.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = base[i] + projected[i];
        }
        return values;
    }

    /** {@return |uᵢᵀΔWvᵢ| = |uᵢᵀWvᵢ − σᵢ|} */
    public double[] shifts() {
        double[] values = new double[projected.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(projected[i]);
        }
        return values;
    }

    /** {@return ‖ΔWvᵢ‖, how much of the change meets each of the base's inputs} */
    public double[] energies() {
        return energies.clone();
    }

    /**
     * {@return |cos(vᵢ, vᵢ')| of the right singular vectors of W₀ and W, index by index: where two singular values change places,
     * near 0 though little has moved}
     */
    public double[] alignment() {
        double[] values = new double[alignment.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(alignment[i]);
        }
        return values;
    }

    /** {@return the singular values of ΔW; their {@link Spectrum#stableRank} is what PEFT-Arena calls effective rank} */
    public Spectrum change() {
        return change;
    }

    /**
     * {@return |xᵢ − x̄ᵢ| of the shifts x and their moving averages x̄ over a window, mirrored about the first and the last; all 0 where
     * there are fewer shifts than the window is wide}
     *
     * @param window how many are averaged, odd; PEFT-Arena has 5
     * @throws IllegalArgumentException if it is not odd and positive
     */
    public double[] fluctuations(int window) {
        if (window < 1 || window % 2 == 0) {
            throw new IllegalArgumentException("updateGeometry: a window must be odd, not " + window);
        }
        double[] x = shifts();
        double[] found = new double[x.length];
        for (int i = 0; i < x.length && window <= x.length; i++) {
            double sum = 0;
            for (int j = i - window / 2; j <= i + window / 2; j++) {
                int inside = Math.abs(j);
                sum += x[inside < x.length ? inside : 2 * (x.length - 1) - inside];
            }
            found[i] = Math.abs(x[i] - sum / window);
        }
        return found;
    }

    /**
     * {@return the mean of the {@link #fluctuations}; 0 if there is none}
     *
     * @param window as there
     * @throws IllegalArgumentException as there
     */
    public double fluctuation(int window) {
        double sum = 0;
        for (double x : fluctuations(window)) {
            sum += x;
        }
        return base.length == 0 ? 0 : sum / base.length;
    }
}
