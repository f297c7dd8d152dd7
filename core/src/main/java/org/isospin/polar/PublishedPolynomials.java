package org.isospin.polar;

import java.util.ArrayList;
import java.util.List;

/** The published tables of coefficients that {@link MsignSchedules} and {@link Msign} build schedules from. */
final class PublishedPolynomials {
    /** Jordan et al. 2024: a slope as steep as it gets, values between 0.68 and 1.13 instead of convergence. */
    static final OddPolynomial KELLER_JORDAN = new OddPolynomial(3.4445, -4.7750, 2.0315);

    /** The same trade by Su (kexue.fm 10922). */
    static final OddPolynomial SU = new OddPolynomial(3.3748, -4.6969, 2.1433);

    /** Newton and Schulz: what every cubic schedule tends to. */
    static final OddPolynomial CUBIC = new OddPolynomial(1.5, -0.5, 0);

    /** The next of the Padé family: what every quintic schedule tends to. */
    static final OddPolynomial QUINTIC = new OddPolynomial(1.875, -1.25, 0.375);

    /** The last steps of DeepSeek-V4: flat at 1. */
    static final OddPolynomial FLAT = new OddPolynomial(2, -1.5, 0.5);

    /** YouJiacheng (modded-nanogpt); "dion" in optax, "quintic" in Emerging-Optimizers. */
    static final List<OddPolynomial> YOU_JIACHENG_5 = List.of(
            new OddPolynomial(4.0848, -6.8946, 2.9270),
            new OddPolynomial(3.9505, -6.3029, 2.6377),
            new OddPolynomial(3.7418, -5.5913, 2.3037),
            new OddPolynomial(2.8769, -3.1427, 1.2046),
            new OddPolynomial(2.8366, -3.0525, 1.2012));

    /** YouJiacheng, exact in bfloat16 products. */
    static final List<OddPolynomial> YOU_JIACHENG_6 = over1024(
            new int[] {3955, -8306, 5008},
            new int[] {3735, -6681, 3463},
            new int[] {3799, -6499, 3211},
            new int[] {4019, -6385, 2906},
            new int[] {2677, -3029, 1162},
            new int[] {2172, -1833, 682});

    /** Su (kexue.fm 10996), for k = 50. */
    static final List<OddPolynomial> SU_X = over1024(
            new int[] {4140, -7553, 3571},
            new int[] {3892, -6637, 2973},
            new int[] {3668, -6456, 3021},
            new int[] {3248, -6211, 3292},
            new int[] {2792, -5759, 3796},
            new int[] {3176, -5507, 4048});

    /** Su (kexue.fm 10996), for k = 200. */
    static final List<OddPolynomial> SU_X2 = over1024(
            new int[] {4059, -7178, 3279},
            new int[] {3809, -6501, 2925},
            new int[] {3488, -6308, 3063},
            new int[] {2924, -5982, 3514},
            new int[] {2439, -5439, 4261},
            new int[] {3148, -5464, 4095});

    /** Su (kexue.fm 10996). */
    static final List<OddPolynomial> SU_X3 = List.of(
            new OddPolynomial(4.6182, -12.9582, 9.3299),
            new OddPolynomial(3.8496, -7.9585, 4.3052),
            new OddPolynomial(3.5204, -7.2918, 4.0606),
            new OddPolynomial(3.2067, -6.8243, 4.2802),
            new OddPolynomial(3.2978, -5.7848, 3.8917));

    /**
     * Polar Express for l = 10⁻³ as published (Amsel et al. 2025, arXiv 2505.16932, appendix), with a cushion of
     * 0.02407327424182761; the last is the limit.
     */
    static final List<OddPolynomial> POLAR_EXPRESS = List.of(
            new OddPolynomial(8.287212018145626, -23.595886519098826, 17.300387312530926),
            new OddPolynomial(4.107059111542201, -2.947849916737909, 0.5448431082926598),
            new OddPolynomial(3.9486908534822933, -2.908902115962947, 0.5518191394370131),
            new OddPolynomial(3.318419657370601, -2.488488024314874, 0.51004894012372),
            new OddPolynomial(2.3006520199548177, -1.6689039845747502, 0.4188073119525674),
            new OddPolynomial(1.8913014077873984, -1.2679958271945881, 0.37680408948524896),
            new OddPolynomial(1.8750014808442192, -1.2500016453814815, 0.37500016453818624),
            QUINTIC);

    /** Polar Express for l = 10⁻³ with a cushion of 0.02 and the factor 1.02 inside (modded-nanogpt, dion). */
    static final List<OddPolynomial> POLAR_EXPRESS_CUSHIONED = List.of(
            new OddPolynomial(8.156554524902461, -22.483292925577945, 15.878769915207455),
            new OddPolynomial(4.042929935166728, -2.808917465908707, 0.5000178451051303),
            new OddPolynomial(3.8916678022926634, -2.772484153217686, 0.5060648178503394),
            new OddPolynomial(3.285753657755655, -2.368129493342538, 0.4644902423300309),
            new OddPolynomial(2.3465413258596386, -1.7097828382687073, 0.4232355116930525));

    /** The greedy minimax composition for l = 10⁻³ (CANS, arXiv 2506.10935, unrounded); the last is the limit. */
    static final List<OddPolynomial> MINIMAX = List.of(
            new OddPolynomial(8.47032880384807, -25.10807470666187, 18.62927559911801),
            new OddPolynomial(4.1828341832939415, -3.108701109889241, 0.580606681350049),
            new OddPolynomial(3.9618572789615993, -2.9540637463593784, 0.5629761179538963),
            new OddPolynomial(3.28658621702796, -2.464720134531282, 0.5073576938614548),
            new OddPolynomial(2.273749994434039, -1.6446603679080696, 0.41619092749788633),
            new OddPolynomial(1.8887161973518292, -1.265157225338601, 0.3765189255574907),
            new OddPolynomial(1.8750008858550684, -1.250000984283057, 0.3750000984283194),
            new OddPolynomial(1.874999999097932, -1.249999998195864, 0.37499999909793197),
            QUINTIC);

    /** Five cubics (arXiv 2606.00371). */
    static final List<OddPolynomial> CUBIC_5 = List.of(
            new OddPolynomial(3.3656576, -3.3420992, 0),
            new OddPolynomial(2.5744352, -1.4957376, 0),
            new OddPolynomial(2.5368962, -1.4312570, 0),
            new OddPolynomial(2.4418906, -1.2764040, 0),
            new OddPolynomial(2.2230472, -0.9630650, 0));

    /** Turbo-Muon (arXiv 2512.04632) as in its own code, flash-newton-schulz. */
    static final List<OddPolynomial> TURBO_MUON_4 = List.of(
            new OddPolynomial(4.6051, -9.6552, 5.6769),
            new OddPolynomial(4.7505, -6.0861, 2.1790),
            new OddPolynomial(2.7763, -2.3190, 0.5523),
            new OddPolynomial(2.4231, -2.2861, 0.8193));

    private PublishedPolynomials() {}

    private static List<OddPolynomial> over1024(int[]... rows) {
        List<OddPolynomial> steps = new ArrayList<>(rows.length);
        for (int[] row : rows) {
            steps.add(new OddPolynomial(row[0] / 1024.0, row[1] / 1024.0, row[2] / 1024.0));
        }
        return List.copyOf(steps);
    }

    /**
     * {@return the first steps of a list whose last polynomial repeats}
     *
     * @param list at least one polynomial
     * @param steps how many
     * @throws IllegalArgumentException if steps is not positive
     */
    static List<OddPolynomial> repeatingLast(List<OddPolynomial> list, int steps) {
        requireSteps(steps);
        List<OddPolynomial> taken = new ArrayList<>(steps);
        for (int i = 0; i < steps; i++) {
            taken.add(list.get(Math.min(i, list.size() - 1)));
        }
        return taken;
    }

    static void requireSteps(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("msign needs at least 1 step, not " + steps);
        }
    }
}
