package org.isospin.polar;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;

/** The polar factor by {@link PolarExpress} with as many steps as a lower bound of the singular values asks for, and a polish. */
final class PolarByProducts {
    /** Of the polynomials, but the last, and of the norm: without one, an overshoot by u at 1 can grow by ten digits. */
    private static final double SAFETY = 1.001;

    /** As published; without one, large singular values get as small as l on their way, and lose their digits. */
    private static final double CUSHION = 0.02407327424182761;

    private static final int MOST_STEPS = 64;

    /** β₄ is at most the Schatten-8 norm, n^⅛·σ₁ at most: so much for n = 65536. */
    private static final double LOOSENESS = 4;

    private PolarByProducts() {}

    /**
     * u ← the polar factor of a, as far as its singular values are above the bound. Waits four times.
     *
     * @param stream where it runs
     * @param operation the caller, for messages
     * @param a m × n, m ≥ n ≥ 1, of any type
     * @param method tells the bound
     * @param u m × n, output, scratch of the type to compute in
     * @return the steps, and 1/bound as the condition
     * @throws IllegalArgumentException if a is not finite
     */
    static PolarFactor.Outcome factor(ComputeStream stream, String operation, Matrix a, PolarMethod method, Matrix u) {
        PolarFactor.requireFinite(stream, operation, a);
        Workspace ws = stream.workspace();
        DType type = u.dtype();
        MsignSchedule schedule = method.schedule(type);
        ws.mark();
        try {
            Matrix x = ws.matrix(type, a.rows(), a.columns());
            Msign.msign(stream, stream.arithmetic(type), a, x, schedule);
            OrthonormalPolish.apply(stream, x, u);
            return new PolarFactor.Outcome(schedule.steps().size(), 1 / method.lowerBound());
        } finally {
            ws.release();
        }
    }

    /**
     * {@return the shortest schedule whose defect the polish removes}
     *
     * @param lower a lower bound of σₙ/σ₁
     * @param type the type to compute in
     */
    static MsignSchedule schedule(double lower, DType type) {
        double scaled = lower / (LOOSENESS * SAFETY * MsignNormalizer.MARGIN);
        double close = WeightedHalley.close(type);
        for (int steps = 1; ; steps++) {
            List<OddPolynomial> polynomials = PolarExpress.quintics(steps, scaled, SAFETY, CUSHION);
            double y = scaled;
            for (OddPolynomial p : polynomials) {
                y = p.apply(y);
            }
            if (y >= close || steps == MOST_STEPS) {
                return new MsignSchedule("polarExpress for " + lower, polynomials, SAFETY, 0)
                        .withNormalization(MsignNormalization.BETA_4);
            }
        }
    }
}
