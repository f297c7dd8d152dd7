package org.isospin.polar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The published schedules of {@link Msign} by name, each with the safety convention that it was published with.
 *
 * <p>They are not interchangeable: what a schedule makes of [10⁻³, 1], its slope at 0, and the x &gt; 1 from which on it
 * diverges, which the bound of the norm must stay below, differ (exact arithmetic, x as the first polynomial gets it):
 *
 * <table>
 * <caption>Behaviour of the schedules</caption>
 * <tr><th>schedule</th><th>slope</th><th>values on [10⁻², 1]</th><th>values on [10⁻³, 1]</th><th>diverges from</th></tr>
 * <tr><td>{@link Msign#kellerJordan Keller Jordan}, 5</td><td>485</td><td>0.682–1.134</td><td>0.471–1.202</td><td>1.264</td></tr>
 * <tr><td>{@link #youJiacheng5}</td><td>493</td><td>0.978–1.032</td><td>0.475–1.145</td><td>1.325</td></tr>
 * <tr><td>{@link #youJiacheng6}</td><td>1137</td><td>0.9956–0.9993</td><td>0.866–0.9993</td><td>1.083</td></tr>
 * <tr><td>{@link #suX}</td><td>1476</td><td>0.9905–1.0104</td><td>0.9748–1.0104</td><td>1.249</td></tr>
 * <tr><td>{@link #suX2}</td><td>1050</td><td>0.9953–1.0048</td><td>0.830–1.0048</td><td>1.272</td></tr>
 * <tr><td>{@link #suX3}</td><td>662</td><td>0.9505–1.0495</td><td>0.612–1.0495</td><td>1.013</td></tr>
 * <tr><td>{@link #suConstant}, 5</td><td>438</td><td>0.821–1.183</td><td>0.427–1.183</td><td>1.184</td></tr>
 * <tr><td>{@link #polarExpressRaw}, 5</td><td>1026</td><td>0.876–1.124</td><td>0.876–1.124</td><td>1.0000</td></tr>
 * <tr><td>{@link Msign#polarExpress(int) polarExpress}, 5</td><td>976</td><td>0.870–1.124</td><td>0.846–1.124</td><td>1.0109</td></tr>
 * <tr><td>{@link #polarExpressDao}</td><td>804</td><td>0.846–1.124</td><td>0.729–1.124</td><td>1.0547</td></tr>
 * <tr><td>{@link #polarExpressCushioned}</td><td>990</td><td>0.859–1.141</td><td>0.859–1.141</td><td>1.0218</td></tr>
 * <tr><td>{@link #minimax}, 5</td><td>1049</td><td>0.887–1.113</td><td>0.887–1.113</td><td>1.0000</td></tr>
 * <tr><td>{@link #deepSeekV4}</td><td>79263</td><td>1–1.0006</td><td>1–1.0006</td><td>1.264</td></tr>
 * <tr><td>{@link #cubic5}</td><td>119</td><td>0.774–1.300</td><td>0.119–1.300</td><td>1.0035</td></tr>
 * <tr><td>{@link #turboMuon4}</td><td>147</td><td>0.941–1.050</td><td>0.147–1.050</td><td>1.105</td></tr>
 * <tr><td>{@link #classicCubic}, 10</td><td>57.7</td><td>0.53–1</td><td>0.058–1</td><td>1.732</td></tr>
 * <tr><td>{@link #classicQuintic}, 8</td><td>153</td><td>0.943–1</td><td>0.152–1</td><td>1.528</td></tr>
 * </table>
 *
 * <p>Left out on purpose: the set "aol" that Emerging-Optimizers prints for Turbo-Muon, (4.0098, −7.0585, 2.4635) first. Its
 * first polynomial takes 1 to −0.585 and the composition every x in [0.884, 1] to a negative value: a matrix of
 * orthonormal rows comes out as −0.99 times itself. {@link #turboMuon4} is the set of Turbo-Muon's own code.
 */
public final class MsignSchedules {
    /** How often the set of Keller Jordan is applied. */
    private static final int USUAL_STEPS = 5;

    private static final int CLASSIC_CUBIC_STEPS = 10;
    private static final int CLASSIC_QUINTIC_STEPS = 8;
    private static final int DEEP_SEEK_STEPS = 8;

    /** Dao-AILab's factor for the Polar Express polynomials. */
    private static final double DAO_SAFETY = 1.05;

    /** The factor inside {@link #polarExpressCushioned}, of its polynomials and its norm. */
    private static final double CUSHIONED_SAFETY = 1.02;

    private MsignSchedules() {}

    /** {@return the five quintics of YouJiacheng; "dion" in optax, "quintic" in Emerging-Optimizers} */
    public static MsignSchedule youJiacheng5() {
        return plain("youJiacheng5", PublishedPolynomials.YOU_JIACHENG_5);
    }

    /** {@return the six quintics of YouJiacheng, multiples of 1/1024} */
    public static MsignSchedule youJiacheng6() {
        return plain("youJiacheng6", PublishedPolynomials.YOU_JIACHENG_6);
    }

    /** {@return the six quintics of Su for k = 50, multiples of 1/1024} */
    public static MsignSchedule suX() {
        return plain("suX", PublishedPolynomials.SU_X);
    }

    /** {@return the six quintics of Su for k = 200, multiples of 1/1024} */
    public static MsignSchedule suX2() {
        return plain("suX2", PublishedPolynomials.SU_X2);
    }

    /** {@return the five quintics of Su of free coefficients; they diverge from 1.013 on} */
    public static MsignSchedule suX3() {
        return plain("suX3", PublishedPolynomials.SU_X3);
    }

    /**
     * {@return Su's one quintic, 3.3748x − 4.6969x³ + 2.1433x⁵, repeated}
     *
     * @param steps how often; five is usual
     * @throws IllegalArgumentException if steps is not positive
     */
    public static MsignSchedule suConstant(int steps) {
        return repeated("suConstant", PublishedPolynomials.SU, steps);
    }

    /**
     * {@return Polar Express as its paper's appendix lists it, without a safety factor}
     *
     * <p>It has no head-room at all: an overshoot at x = 1 grows. In F32 and F64 five steps are safe with a norm that is exact
     * to rounding; everything else wants {@link Msign#polarExpress(int)}. After the eighth step its limit repeats.
     *
     * @param steps how many; five is usual
     * @throws IllegalArgumentException if steps is not positive
     */
    public static MsignSchedule polarExpressRaw(int steps) {
        return plain(
                "polarExpressRaw(" + steps + ")",
                PublishedPolynomials.repeatingLast(PublishedPolynomials.POLAR_EXPRESS, steps));
    }

    /** {@return five steps of Polar Express, all of them widened by 1.05, as in Dao-AILab's Gram-Newton–Schulz} */
    public static MsignSchedule polarExpressDao() {
        List<OddPolynomial> steps = PublishedPolynomials.POLAR_EXPRESS.stream()
                .limit(USUAL_STEPS)
                .map(p -> p.widened(DAO_SAFETY))
                .toList();
        return plain("polarExpressDao", steps);
    }

    /**
     * {@return five steps of Polar Express with a cushion of 0.02 and the factor 1.02 inside the recursion and on the norm, as
     * in modded-nanogpt and dion}
     */
    public static MsignSchedule polarExpressCushioned() {
        return new MsignSchedule(
                "polarExpressCushioned", PublishedPolynomials.POLAR_EXPRESS_CUSHIONED, CUSHIONED_SAFETY, 0);
    }

    /**
     * {@return the greedy minimax composition for singular values from 10⁻³ on, without cushion or safety factor; CANS}
     *
     * <p>It has no head-room at all: see {@link #polarExpressRaw}. After the eighth step its limit repeats.
     *
     * @param steps how many; five is usual
     * @throws IllegalArgumentException if steps is not positive
     */
    public static MsignSchedule minimax(int steps) {
        return plain("minimax(" + steps + ")", PublishedPolynomials.repeatingLast(PublishedPolynomials.MINIMAX, steps));
    }

    /** {@return eight steps of Keller Jordan and two of 2x − 1.5x³ + 0.5x⁵, as in DeepSeek-V4} */
    public static MsignSchedule deepSeekV4() {
        List<OddPolynomial> steps =
                new ArrayList<>(Collections.nCopies(DEEP_SEEK_STEPS, PublishedPolynomials.KELLER_JORDAN));
        steps.addAll(Collections.nCopies(2, PublishedPolynomials.FLAT));
        return plain("deepSeekV4", steps);
    }

    /** {@return five cubics (arXiv 2606.00371); they diverge from 1.0035 on} */
    public static MsignSchedule cubic5() {
        return plain("cubic5", PublishedPolynomials.CUBIC_5);
    }

    /**
     * {@return the four quintics of Turbo-Muon after {@link MsignNormalization#ROW_SCALING}, which its slope relies on and
     * which makes the result that of another matrix}
     */
    public static MsignSchedule turboMuon4() {
        return plain("turboMuon4", PublishedPolynomials.TURBO_MUON_4).withNormalization(MsignNormalization.ROW_SCALING);
    }

    /**
     * {@return 1.5x − 0.5x³, repeated: Newton–Schulz}
     *
     * @param steps how often
     * @throws IllegalArgumentException if steps is not positive
     */
    public static MsignSchedule classicCubic(int steps) {
        return repeated("classicCubic", PublishedPolynomials.CUBIC, steps);
    }

    /**
     * {@return (15x − 10x³ + 3x⁵)/8, repeated}
     *
     * @param steps how often
     * @throws IllegalArgumentException if steps is not positive
     */
    public static MsignSchedule classicQuintic(int steps) {
        return repeated("classicQuintic", PublishedPolynomials.QUINTIC, steps);
    }

    /** {@return every published schedule with its usual number of steps} */
    public static List<MsignSchedule> all() {
        return List.of(
                Msign.kellerJordan(USUAL_STEPS),
                youJiacheng5(),
                youJiacheng6(),
                suX(),
                suX2(),
                suX3(),
                suConstant(USUAL_STEPS),
                polarExpressRaw(USUAL_STEPS),
                Msign.polarExpress(USUAL_STEPS),
                polarExpressDao(),
                polarExpressCushioned(),
                minimax(USUAL_STEPS),
                deepSeekV4(),
                cubic5(),
                turboMuon4(),
                classicCubic(CLASSIC_CUBIC_STEPS),
                classicQuintic(CLASSIC_QUINTIC_STEPS));
    }

    /**
     * {@return the schedule of {@link #all} that has a name, as {@link MsignSchedule#name} gives it}
     *
     * @param name such as {@code youJiacheng5} or {@code kellerJordan(5)}
     * @throws IllegalArgumentException if there is none, or for {@code aol}, with what is wrong with that set
     */
    public static MsignSchedule named(String name) {
        if (name.equals("aol")) {
            throw new IllegalArgumentException(
                    "schedule aol, as Emerging-Optimizers prints it, turns every singular value"
                            + " in [0.884, 1] negative; turboMuon4 is the set of its authors");
        }
        for (MsignSchedule schedule : all()) {
            if (schedule.name().equals(name)) {
                return schedule;
            }
        }
        throw new IllegalArgumentException("no schedule " + name + "; there are "
                + all().stream().map(MsignSchedule::name).collect(Collectors.joining(", ")));
    }

    private static MsignSchedule plain(String name, List<OddPolynomial> steps) {
        return new MsignSchedule(name, steps, 1, 0);
    }

    private static MsignSchedule repeated(String name, OddPolynomial polynomial, int steps) {
        PublishedPolynomials.requireSteps(steps);
        return plain(name + "(" + steps + ")", Collections.nCopies(steps, polynomial));
    }
}
