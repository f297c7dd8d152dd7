package org.isospin.bench.train;

import java.util.ArrayList;
import java.util.List;
import org.isospin.bench.train.RunResult.Point;

/** The losses of a run in a few points, each the mean of the steps since the one before. */
final class LossCurve {
    private static final int POINTS = 60;

    private LossCurve() {}

    /**
     * {@return the curve}
     *
     * @param losses room for one a step of the whole run
     * @param done steps done; the last may have a loss that is not finite
     */
    static List<Point> of(double[] losses, int done) {
        List<Point> curve = new ArrayList<>();
        double sum = 0;
        int since = 0;
        for (int step = 1; step <= done; step++) {
            sum += losses[step - 1];
            since++;
            if (step * POINTS / losses.length > (step - since) * POINTS / losses.length
                    || !Double.isFinite(losses[step - 1])) {
                curve.add(new Point(step, sum / since));
                sum = 0;
                since = 0;
            }
        }
        return curve;
    }
}
