package org.isospin.bench.verify;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.decomposition.Qr;
import org.isospin.decomposition.Svd;
import org.isospin.measure.HypersphericalEnergy;
import org.isospin.optim.Pion;
import org.isospin.optim.RotationMap;
import org.isospin.polar.Group;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.Orthonormalization;
import org.isospin.polar.Orthonormalization.Method;
import org.isospin.polar.Polar;
import org.isospin.polar.PolarMethod;
import org.isospin.polar.SpectralClip;
import org.isospin.properties.CayleyDerivativeLaws;
import org.isospin.properties.CayleyLaws;
import org.isospin.properties.CayleyNeumannLaws;
import org.isospin.properties.DecompositionLaws;
import org.isospin.properties.EnergyLaws;
import org.isospin.properties.ExpLaws;
import org.isospin.properties.HaarLaws;
import org.isospin.properties.LawResult;
import org.isospin.properties.MsignLaws;
import org.isospin.properties.OptimizerStepLaws;
import org.isospin.properties.OrthogonalityLaws;
import org.isospin.properties.OrthonormalizationLaws;
import org.isospin.properties.PolarLaws;
import org.isospin.properties.ProcrustesLaws;
import org.isospin.properties.RotationLogLaws;
import org.isospin.properties.SpectralClipLaws;
import org.isospin.properties.SpectrumLaws;
import org.isospin.properties.TruncatedExpLaws;
import org.isospin.rotation.CayleyDerivative;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.RotationLog;
import org.isospin.rotation.TruncatedExp;

/** The laws of every operation, applied to a context. */
final class LawSuites {
    /** The order of POET's kernel. */
    private static final int NEUMANN_ORDER = 3;

    private static final int KELLER_JORDAN_STEPS = 5;
    private static final int POLAR_EXPRESS_STEPS = 8;

    /** Converges for singular values and their squares' distances from 1 of 10⁻⁶ and more. */
    private static final MsignSchedule CLIP = Msign.polarExpress(14, 1e-6);

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

    private static final List<Suite> ALL = List.of(
            new Suite("multiply", (iso, dtype, seed) -> DecompositionLaws.checkProduct(iso::multiply, dtype, seed)),
            new Suite("exp", (iso, dtype, seed) -> ExpLaws.check(iso::exp, dtype, seed)),
            new Suite("expm1", (iso, dtype, seed) -> ExpLaws.checkMinusIdentity(iso::expm1, dtype, seed)),
            new Suite("truncated exp", LawSuites::truncatedExp),
            new Suite("cayley", (iso, dtype, seed) -> cayley(iso, CayleyStep.FULL, dtype, seed)),
            new Suite("cayley, half step", (iso, dtype, seed) -> cayley(iso, CayleyStep.HALF, dtype, seed)),
            new Suite("cayley, negative", (iso, dtype, seed) -> cayley(iso, CayleyStep.NEGATIVE_FULL, dtype, seed)),
            new Suite(
                    "cayley, negative half step",
                    (iso, dtype, seed) -> cayley(iso, CayleyStep.NEGATIVE_HALF, dtype, seed)),
            new Suite("cayley derivatives", (iso, dtype, seed) -> cayleyDerivatives(iso, seed)),
            new Suite("inverse cayley", (iso, dtype, seed) -> inverseCayley(iso, CayleyStep.FULL, dtype, seed)),
            new Suite(
                    "inverse cayley, half step",
                    (iso, dtype, seed) -> inverseCayley(iso, CayleyStep.HALF, dtype, seed)),
            new Suite("cayley-neumann", LawSuites::cayleyNeumann),
            new Suite("cayley-series", LawSuites::cayleySeries),
            new Suite(
                    "log",
                    (iso, dtype, seed) -> RotationLogLaws.check((q, out) -> RotationLog.log(iso, q, out), dtype, seed)),
            new Suite("haar", (iso, dtype, seed) -> HaarLaws.check(iso::haarOrthogonal, dtype, seed)),
            new Suite("haar, rotations", (iso, dtype, seed) -> HaarLaws.checkRotations(iso::haarRotation, dtype, seed)),
            new Suite(
                    "msign, Keller Jordan",
                    (iso, dtype, seed) -> msign(iso, Msign.kellerJordan(KELLER_JORDAN_STEPS), dtype, seed)),
            new Suite(
                    "msign, Polar Express",
                    (iso, dtype, seed) -> msign(iso, Msign.polarExpress(POLAR_EXPRESS_STEPS), dtype, seed)),
            new Suite(
                    "orthonormalize, Householder",
                    (iso, dtype, seed) -> orthonormalize(iso, Method.HOUSEHOLDER, dtype, seed)),
            new Suite(
                    "orthonormalize, CholeskyQR2",
                    (iso, dtype, seed) -> orthonormalize(iso, Method.CHOLESKY_QR2, dtype, seed)),
            new Suite(
                    "orthonormalize, Gram-Schmidt",
                    (iso, dtype, seed) -> orthonormalize(iso, Method.GRAM_SCHMIDT, dtype, seed)),
            new Suite("polar", (iso, dtype, seed) -> PolarLaws.check(iso::polar, dtype, seed)),
            new Suite(
                    "mclip",
                    (iso, dtype, seed) ->
                            SpectralClipLaws.check((a, out) -> SpectralClip.mclip(iso, a, CLIP, out), dtype, seed)),
            new Suite("polar, Halley", (iso, dtype, seed) -> polar(iso, PolarMethod.halley(), dtype, seed)),
            new Suite("polar, Newton", (iso, dtype, seed) -> polar(iso, PolarMethod.newton(), dtype, seed)),
            new Suite("procrustes in O(n)", (iso, dtype, seed) -> procrustes(iso, Group.ORTHOGONAL, dtype, seed)),
            new Suite("procrustes in SO(n)", (iso, dtype, seed) -> procrustes(iso, Group.ROTATION, dtype, seed)),
            new Suite(
                    "orthogonality",
                    (iso, dtype, seed) ->
                            OrthogonalityLaws.check(q -> iso.orthogonality(q).frobenius(), dtype, seed)),
            new Suite(
                    "hyperspherical energy",
                    (iso, dtype, seed) ->
                            EnergyLaws.check((w, o) -> HypersphericalEnergy.energy(iso, w, o), dtype, seed)),
            new Suite("pion", (iso, dtype, seed) -> pion(iso, RotationMap.cayley(), dtype, seed)),
            new Suite("pion, exp", (iso, dtype, seed) -> pion(iso, RotationMap.exp(), dtype, seed)),
            new Suite("singular values", (iso, dtype, seed) -> SpectrumLaws.check(iso::singularValues, dtype, seed)),
            new Suite("svd", LawSuites::svd),
            new Suite("qr", LawSuites::qr),
            new Suite("inverse", (iso, dtype, seed) -> DecompositionLaws.checkInverse(iso::inverse, dtype, seed)));

    /** {@return every suite, derivatives last} */
    static List<Suite> all() {
        List<Suite> suites = new ArrayList<>(ALL);
        suites.addAll(DerivativeSuites.ALL);
        return suites;
    }

    private LawSuites() {}

    private static List<LawResult> pion(Isospin iso, RotationMap map, DType dtype, long seed) {
        return OptimizerStepLaws.check(
                OptimizerStepLaws.of(() -> Pion.builder().map(map).build(iso)), 0, dtype, seed);
    }

    private static List<LawResult> truncatedExp(Isospin iso, DType dtype, long seed) {
        return TruncatedExpLaws.check(
                (a, degree, out) -> TruncatedExp.exp(iso, a, degree, out),
                (a, degree, w, out) -> TruncatedExp.left(iso, a, degree, w, out),
                (a, degree, w, out) -> TruncatedExp.right(iso, a, degree, w, out),
                dtype,
                seed);
    }

    private static List<LawResult> cayley(Isospin iso, CayleyStep step, DType dtype, long seed) {
        return CayleyLaws.check((a, out) -> iso.cayley(a, step, out), step, dtype, seed);
    }

    private static List<LawResult> cayleyDerivatives(Isospin iso, long seed) {
        return CayleyDerivativeLaws.check(
                "the Cayley transform",
                (a, out) -> iso.cayley(a, CayleyStep.FULL, out),
                (a, g, out) -> CayleyDerivative.vjp(iso, a, CayleyStep.FULL, g, out),
                (a, v, out) -> CayleyDerivative.jvp(iso, a, CayleyStep.FULL, v, out),
                seed);
    }

    private static List<LawResult> msign(Isospin iso, MsignSchedule schedule, DType dtype, long seed) {
        return MsignLaws.check((a, out) -> iso.msign(a, out, schedule), x -> Msign.scalar(schedule, x), dtype, seed);
    }

    private static List<LawResult> orthonormalize(Isospin iso, Method method, DType dtype, long seed) {
        return OrthonormalizationLaws.check(
                (a, out) -> Orthonormalization.orthonormalize(iso, a, method, out), dtype, seed);
    }

    private static List<LawResult> polar(Isospin iso, PolarMethod method, DType dtype, long seed) {
        return PolarLaws.check((a, out) -> Polar.polar(iso, a, method, out), dtype, seed);
    }

    private static List<LawResult> procrustes(Isospin iso, Group group, DType dtype, long seed) {
        return ProcrustesLaws.check((a, b, out) -> iso.procrustes(a, b, group, out), group, dtype, seed);
    }

    private static List<LawResult> inverseCayley(Isospin iso, CayleyStep step, DType dtype, long seed) {
        return CayleyLaws.checkInverse((q, out) -> iso.inverseCayley(q, step, out), step, dtype, seed);
    }

    private static List<LawResult> cayleyNeumann(Isospin iso, DType dtype, long seed) {
        return CayleyNeumannLaws.checkProduct(
                (a, out) -> iso.cayleyNeumann(a, NEUMANN_ORDER, CayleyStep.FULL, out),
                NEUMANN_ORDER,
                CayleyStep.FULL,
                dtype,
                seed);
    }

    private static List<LawResult> cayleySeries(Isospin iso, DType dtype, long seed) {
        return CayleyNeumannLaws.checkSeries(
                (a, out) -> iso.cayleySeries(a, NEUMANN_ORDER, CayleyStep.FULL, out),
                NEUMANN_ORDER,
                CayleyStep.FULL,
                dtype,
                seed);
    }

    private static List<LawResult> svd(Isospin iso, DType dtype, long seed) {
        return DecompositionLaws.checkSvd(
                (a, u, s, v) -> {
                    Svd found = iso.svd(a);
                    found.u().copyTo(u);
                    found.s().copyTo(s);
                    found.v().copyTo(v);
                },
                dtype,
                seed);
    }

    private static List<LawResult> qr(Isospin iso, DType dtype, long seed) {
        return DecompositionLaws.checkQr(
                (a, q, r) -> {
                    Qr found = iso.qr(a);
                    found.q().copyTo(q);
                    found.r().copyTo(r);
                },
                dtype,
                seed);
    }
}
