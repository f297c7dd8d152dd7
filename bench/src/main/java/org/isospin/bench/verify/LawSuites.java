package org.isospin.bench.verify;

import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.polar.Group;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.properties.CayleyLaws;
import org.isospin.properties.ExpLaws;
import org.isospin.properties.HaarLaws;
import org.isospin.properties.LawResult;
import org.isospin.properties.MsignLaws;
import org.isospin.properties.PolarLaws;
import org.isospin.properties.ProcrustesLaws;
import org.isospin.properties.SpectrumLaws;
import org.isospin.rotation.CayleyStep;

/** The laws of every operation that has some, applied to a context. */
final class LawSuites {
    private static final int KELLER_JORDAN_STEPS = 5;
    private static final int POLAR_EXPRESS_STEPS = 8;

    /**
     * The laws of one operation.
     *
     * @param operation its name, as in {@code bench} and {@code apply}
     * @param laws measures them
     */
    record Suite(String operation, Laws laws) {}

    /** Measures the laws of one operation. */
    @FunctionalInterface
    interface Laws {
        /** {@return of each law the worst case} */
        List<LawResult> check(Isospin iso, DType dtype, long seed);
    }

    static final List<Suite> ALL = List.of(
            new Suite("exp", (iso, dtype, seed) -> ExpLaws.check(iso::exp, dtype, seed)),
            new Suite("cayley", (iso, dtype, seed) -> cayley(iso, CayleyStep.FULL, dtype, seed)),
            new Suite("cayley (half step)", (iso, dtype, seed) -> cayley(iso, CayleyStep.HALF, dtype, seed)),
            new Suite("haar", (iso, dtype, seed) -> HaarLaws.check(iso::haarOrthogonal, dtype, seed)),
            new Suite(
                    "msign (Keller Jordan)",
                    (iso, dtype, seed) -> msign(iso, Msign.kellerJordan(KELLER_JORDAN_STEPS), dtype, seed)),
            new Suite(
                    "msign (Polar Express)",
                    (iso, dtype, seed) -> msign(iso, Msign.polarExpress(POLAR_EXPRESS_STEPS), dtype, seed)),
            new Suite("polar", (iso, dtype, seed) -> PolarLaws.check(iso::polar, dtype, seed)),
            new Suite("procrustes in O(n)", (iso, dtype, seed) -> procrustes(iso, Group.ORTHOGONAL, dtype, seed)),
            new Suite("procrustes in SO(n)", (iso, dtype, seed) -> procrustes(iso, Group.ROTATION, dtype, seed)),
            new Suite("singular values", (iso, dtype, seed) -> SpectrumLaws.check(iso::singularValues, dtype, seed)));

    private LawSuites() {}

    private static List<LawResult> cayley(Isospin iso, CayleyStep step, DType dtype, long seed) {
        return CayleyLaws.check((a, out) -> iso.cayley(a, step, out), step, dtype, seed);
    }

    private static List<LawResult> msign(Isospin iso, MsignSchedule schedule, DType dtype, long seed) {
        return MsignLaws.check((a, out) -> iso.msign(a, out, schedule), x -> Msign.scalar(schedule, x), dtype, seed);
    }

    private static List<LawResult> procrustes(Isospin iso, Group group, DType dtype, long seed) {
        return ProcrustesLaws.check((a, b, out) -> iso.procrustes(a, b, group, out), group, dtype, seed);
    }
}
