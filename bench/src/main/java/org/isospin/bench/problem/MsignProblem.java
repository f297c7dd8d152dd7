package org.isospin.bench.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.isospin.Matrix;
import org.isospin.polar.MsignSchedule;

/**
 * An approximate polar factor by a schedule of odd polynomials: O has the singular vectors of A, and singular values in
 * the band of the schedule. With z of ±1, UᵀO·V·z divided by z shows them all; two such vectors must show the same.
 */
final class MsignProblem extends SpectrumProblem {
    private final Supplier<MsignSchedule> schedule;
    private final double least;
    private final double greatest;
    private final List<double[]> signs = new ArrayList<>();

    /**
     * Draws the signs.
     *
     * @param setting order, type, seed
     * @param schedule the polynomials
     * @param band the least and the greatest singular value that the schedule may leave
     */
    MsignProblem(Setting setting, Supplier<MsignSchedule> schedule, double[] band) {
        super(setting);
        this.schedule = schedule;
        this.least = band[0];
        this.greatest = band[1];
        for (int k = 0; k < 2; k++) {
            double[] z = new double[n()];
            for (int i = 0; i < z.length; i++) {
                z[i] = random().nextBoolean() ? 1 : -1;
            }
            signs.add(z);
        }
    }

    @Override
    public Task isospin(Session session) {
        Matrix on = session.placement().place(a);
        Matrix out = session.placement().place(matrix(n(), n()));
        MsignSchedule polynomials = schedule.get();
        return Task.into(List.of(out), () -> session.context().msign(on, out, polynomials));
    }

    @Override
    public List<Check> check(List<Matrix> results) {
        double[] o = Wide.elements(results.getFirst());
        double[] first = values(o, signs.getFirst());
        double[] second = values(o, signs.getLast());
        double spread = 0;
        double outside = 0;
        for (int i = 0; i < n(); i++) {
            spread += (first[i] - second[i]) * (first[i] - second[i]) / 2;
            outside = Math.max(outside, Math.max(least - first[i], first[i] - greatest));
        }
        return List.of(
                symmetry(o),
                new Check("singular vectors of A, over κ", Math.sqrt(spread / n()) / CONDITION / u(), tolerance(16)),
                new Check("singular values within " + least + ".." + greatest, outside / u(), 0));
    }

    private double[] values(double[] o, double[] z) {
        double[] values = left.applyTransposed(Wide.of(right.apply(z)).times(o).rounded());
        for (int i = 0; i < z.length; i++) {
            values[i] *= z[i];
        }
        return values;
    }
}
