package org.isospin.bench.verify;

import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.verify.LawSuites.Suite;
import org.isospin.measure.HypersphericalEnergy;
import org.isospin.measure.HypersphericalEnergyDerivative;
import org.isospin.polar.GramSchmidtDerivative;
import org.isospin.polar.Group;
import org.isospin.polar.LowdinDerivative;
import org.isospin.polar.Orthonormalization;
import org.isospin.polar.PolarDerivative;
import org.isospin.polar.ProcrustesDerivative;
import org.isospin.properties.CayleyDerivativeLaws;
import org.isospin.properties.EnergyLaws;
import org.isospin.properties.Generators;
import org.isospin.properties.LawResult;
import org.isospin.properties.MatrixDerivativeLaws;
import org.isospin.rotation.CayleyDerivative;
import org.isospin.rotation.CayleyNeumannDerivative;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.ExpDerivative;
import org.isospin.rotation.TruncatedExp;
import org.isospin.rotation.TruncatedExpDerivative;

/** The laws of every derivative, in F64: a slope by differences has no digits in F32. */
final class DerivativeSuites {
    /** The order of POET's kernel. */
    private static final int NEUMANN_ORDER = 3;

    /** The order of Pion's step. */
    private static final int EXP_DEGREE = 2;

    static final List<Suite> ALL = List.of(
            f64(
                    "exp, derivative",
                    (iso, seed) -> CayleyDerivativeLaws.check(
                            "exp",
                            iso::exp,
                            (a, g, out) -> ExpDerivative.vjp(iso, a, g, out),
                            (a, v, out) -> ExpDerivative.jvp(iso, a, v, out),
                            seed)),
            f64(
                    "truncated exp, derivative",
                    (iso, seed) -> CayleyDerivativeLaws.check(
                            "truncated exp",
                            (a, out) -> TruncatedExp.exp(iso, a, EXP_DEGREE, out),
                            (a, g, out) -> TruncatedExpDerivative.vjp(iso, a, EXP_DEGREE, g, out),
                            (a, v, out) -> TruncatedExpDerivative.jvp(iso, a, EXP_DEGREE, v, out),
                            seed)),
            f64("cayley, derivative", (iso, seed) -> cayley(iso, CayleyStep.FULL, seed)),
            f64("cayley, half step, derivative", (iso, seed) -> cayley(iso, CayleyStep.HALF, seed)),
            f64("inverse cayley, derivative", (iso, seed) -> inverseCayley(iso, CayleyStep.FULL, seed)),
            f64("cayley-neumann, derivative", DerivativeSuites::cayleyNeumann),
            f64("cayley-series, derivative", DerivativeSuites::cayleySeries),
            f64(
                    "hyperspherical energy, derivative",
                    (iso, seed) -> EnergyLaws.checkGradient(
                            (w, options) -> HypersphericalEnergy.energy(iso, w, options),
                            (w, options, out) -> HypersphericalEnergyDerivative.vjp(iso, w, options, 1, out),
                            seed)),
            f64(
                    "polar, derivative",
                    (iso, seed) -> MatrixDerivativeLaws.check(
                            "polar",
                            iso::polar,
                            (a, v, out) -> PolarDerivative.vjp(iso, a, v, out),
                            (a, v, out) -> PolarDerivative.jvp(iso, a, v, out),
                            seed)),
            f64("procrustes in O(n), derivative", (iso, seed) -> procrustes(iso, Group.ORTHOGONAL, seed)),
            f64("orthonormalize, Löwdin, derivative", DerivativeSuites::lowdin),
            f64("orthonormalize, Gram-Schmidt, derivative", DerivativeSuites::gramSchmidt));

    /** The laws of a derivative. */
    @FunctionalInterface
    private interface Laws {
        List<LawResult> check(Isospin iso, long seed);
    }

    private DerivativeSuites() {}

    private static Suite f64(String operation, Laws laws) {
        return new Suite(operation, (iso, dtype, seed) -> dtype == DType.F64 ? laws.check(iso, seed) : List.of());
    }

    private static List<LawResult> cayley(Isospin iso, CayleyStep step, long seed) {
        return CayleyDerivativeLaws.check(
                "the Cayley transform",
                (a, out) -> iso.cayley(a, step, out),
                (a, g, out) -> CayleyDerivative.vjp(iso, a, step, g, out),
                (a, v, out) -> CayleyDerivative.jvp(iso, a, step, v, out),
                seed);
    }

    private static List<LawResult> inverseCayley(Isospin iso, CayleyStep step, long seed) {
        return CayleyDerivativeLaws.checkInverse(
                (a, out) -> iso.cayley(a, step, out),
                (q, out) -> iso.inverseCayley(q, step, out),
                (q, g, out) -> CayleyDerivative.inverseVjp(iso, q, step, g, out),
                (q, v, out) -> CayleyDerivative.inverseJvp(iso, q, step, v, out),
                seed);
    }

    private static List<LawResult> cayleyNeumann(Isospin iso, long seed) {
        CayleyStep step = CayleyStep.FULL;
        return CayleyDerivativeLaws.check(
                "the Cayley-Neumann product",
                (a, out) -> iso.cayleyNeumann(a, NEUMANN_ORDER, step, out),
                (a, g, out) -> CayleyNeumannDerivative.productVjp(iso, a, NEUMANN_ORDER, step, g, out),
                (a, v, out) -> CayleyNeumannDerivative.productJvp(iso, a, NEUMANN_ORDER, step, v, out),
                seed);
    }

    private static List<LawResult> cayleySeries(Isospin iso, long seed) {
        CayleyStep step = CayleyStep.FULL;
        return CayleyDerivativeLaws.check(
                "the Cayley series",
                (a, out) -> iso.cayleySeries(a, NEUMANN_ORDER, step, out),
                (a, g, out) -> CayleyNeumannDerivative.seriesVjp(iso, a, NEUMANN_ORDER, step, g, out),
                (a, v, out) -> CayleyNeumannDerivative.seriesJvp(iso, a, NEUMANN_ORDER, step, v, out),
                seed);
    }

    /** In B, for an orthogonal A, with which AᵀB is conditioned as B is. */
    private static List<LawResult> procrustes(Isospin iso, Group group, long seed) {
        return MatrixDerivativeLaws.checkSquare(
                "Procrustes",
                (b, out) -> iso.procrustes(orthogonal(b), b, group, out),
                (b, g, out) -> ProcrustesDerivative.vjp(iso, orthogonal(b), b, group, g, like(b), out),
                (b, v, out) -> ProcrustesDerivative.jvp(iso, orthogonal(b), b, group, like(b), v, out),
                seed);
    }

    private static Matrix orthogonal(Matrix like) {
        return Generators.orthonormal(like.rows(), like.rows(), like.rows()).to(DType.F64);
    }

    private static Matrix like(Matrix m) {
        return Matrix.allocate(DType.F64, m.rows(), m.columns());
    }

    private static List<LawResult> lowdin(Isospin iso, long seed) {
        return MatrixDerivativeLaws.check(
                "Löwdin orthonormalisation",
                (a, out) -> Orthonormalization.orthonormalize(iso, a, Orthonormalization.Method.LOWDIN, out),
                (a, v, out) -> LowdinDerivative.vjp(iso, a, v, out),
                (a, v, out) -> LowdinDerivative.jvp(iso, a, v, out),
                seed);
    }

    private static List<LawResult> gramSchmidt(Isospin iso, long seed) {
        return MatrixDerivativeLaws.check(
                "Gram-Schmidt orthonormalisation",
                (a, out) -> Orthonormalization.orthonormalize(iso, a, Orthonormalization.Method.GRAM_SCHMIDT, out),
                (a, v, out) -> GramSchmidtDerivative.vjp(iso, a, v, out),
                (a, v, out) -> GramSchmidtDerivative.jvp(iso, a, v, out),
                seed);
    }
}
