package org.isospin.bench.check;

import java.util.SequencedMap;
import org.isospin.checkpoint.TensorView;

/**
 * What was measured of a matrix.
 *
 * @param tensor its name
 * @param type its element type
 * @param rows m
 * @param columns n
 * @param figures what was measured, by name, in print order
 * @param error the figure that must not exceed the tolerance
 * @param tolerance the largest error to accept
 */
record Row(
        String tensor,
        String type,
        int rows,
        int columns,
        SequencedMap<String, Double> figures,
        double error,
        double tolerance) {
    static Row of(TensorView tensor, SequencedMap<String, Double> figures, double error, double tolerance) {
        long[] shape = tensor.shape();
        return new Row(tensor.name(), tensor.type().name(), (int) shape[0], (int) shape[1], figures, error, tolerance);
    }

    /** {@return whether the error is within the tolerance; false for NaN} */
    boolean passes() {
        return error <= tolerance;
    }

    /** {@return whether the error is a number} */
    boolean isFinite() {
        return Double.isFinite(error);
    }

    /** {@return what rows are ranked by: the error in units of the tolerance, or the error itself if that is 0} */
    double excess() {
        return tolerance == 0 ? error : error / tolerance;
    }
}
