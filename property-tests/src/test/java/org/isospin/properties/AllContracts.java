package org.isospin.properties;

import java.util.function.DoubleUnaryOperator;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.decomposition.Qr;
import org.isospin.decomposition.Svd;
import org.isospin.measure.HypersphericalEnergy;
import org.isospin.optim.Pion;
import org.isospin.polar.Group;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.Orthonormalization;
import org.isospin.rotation.CayleyDerivative;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.RotationLog;
import org.isospin.rotation.TruncatedExp;

/** Every contract, held against the public context of one backend in one type. */
abstract class AllContracts
        implements CayleyDerivativeContract,
                CayleyNeumannContract,
                DecompositionContract,
                EnergyContract,
                ExpContract,
                HaarContract,
                MsignContract,
                OptimizerStepContract,
                OrthogonalityContract,
                OrthonormalizationContract,
                PolarContract,
                ProcrustesContract,
                RotationLogContract,
                SpectrumContract,
                TruncatedExpContract {
    private final Isospin iso;
    private final DType dtype;

    AllContracts(String backend, DType dtype) {
        this.iso = Backends.shared(backend);
        this.dtype = dtype;
    }

    /** The schedule that msign is tested with. */
    MsignSchedule schedule() {
        return Msign.polarExpress(5);
    }

    @Override
    public DType dtype() {
        return dtype;
    }

    /** The step must be seen in 16 bits: elements move by 10⁻², and u of theirs is 10⁻³. */
    @Override
    public OptimizerStepLaws.Step optimizerStep() {
        double rate = dtype == dtype.computeType() ? 1e-3 : 5e-2;
        return OptimizerStepLaws.of(() -> Pion.builder().learningRate(rate).build(iso));
    }

    @Override
    public double optimizerStepDefect() {
        return 0;
    }

    @Override
    public SkewMap exp() {
        return iso::exp;
    }

    @Override
    public SkewMap expm1() {
        return iso::expm1;
    }

    @Override
    public TruncatedExpLaws.Polynomial truncatedExp() {
        return (a, degree, out) -> TruncatedExp.exp(iso, a, degree, out);
    }

    @Override
    public TruncatedExpLaws.Action truncatedExpLeft() {
        return (a, degree, w, out) -> TruncatedExp.left(iso, a, degree, w, out);
    }

    @Override
    public TruncatedExpLaws.Action truncatedExpRight() {
        return (a, degree, w, out) -> TruncatedExp.right(iso, a, degree, w, out);
    }

    @Override
    public SkewMap cayley(CayleyStep step) {
        return (a, out) -> iso.cayley(a, step, out);
    }

    @Override
    public CayleyDerivativeLaws.Vjp cayleyVjp(CayleyStep step) {
        return (a, g, out) -> CayleyDerivative.vjp(iso, a, step, g, out);
    }

    @Override
    public CayleyDerivativeLaws.Jvp cayleyJvp(CayleyStep step) {
        return (a, v, out) -> CayleyDerivative.jvp(iso, a, step, v, out);
    }

    @Override
    public CayleyLaws.InverseMap inverseCayley(CayleyStep step) {
        return (q, out) -> iso.inverseCayley(q, step, out);
    }

    @Override
    public SkewMap cayleyNeumann(int order, CayleyStep step) {
        return (a, out) -> iso.cayleyNeumann(a, order, step, out);
    }

    @Override
    public SkewMap cayleySeries(int order, CayleyStep step) {
        return (a, out) -> iso.cayleySeries(a, order, step, out);
    }

    @Override
    public RotationLogLaws.LogMap rotationLog() {
        return (q, out) -> RotationLog.log(iso, q, out);
    }

    @Override
    public HaarLaws.Sampler haarOrthogonal() {
        return iso::haarOrthogonal;
    }

    @Override
    public HaarLaws.Sampler haarRotation() {
        return iso::haarRotation;
    }

    @Override
    public MatrixMap msign() {
        return (a, out) -> iso.msign(a, out, schedule());
    }

    @Override
    public DoubleUnaryOperator msignScalar() {
        return x -> Msign.scalar(schedule(), x);
    }

    @Override
    public MatrixMap orthonormalize(Orthonormalization.Method method) {
        return (a, out) -> Orthonormalization.orthonormalize(iso, a, method, out);
    }

    @Override
    public MatrixMap polar() {
        return iso::polar;
    }

    @Override
    public PairMap procrustes(Group group) {
        return (a, b, out) -> iso.procrustes(a, b, group, out);
    }

    @Override
    public OrthogonalityLaws.Measure orthogonality() {
        return q -> iso.orthogonality(q).frobenius();
    }

    @Override
    public EnergyLaws.Measure hypersphericalEnergy() {
        return (w, options) -> HypersphericalEnergy.energy(iso, w, options);
    }

    @Override
    public SpectrumLaws.SpectrumMap singularValues() {
        return iso::singularValues;
    }

    @Override
    public DecompositionLaws.ProductMap multiply() {
        return iso::multiply;
    }

    @Override
    public DecompositionLaws.QrMap qr() {
        return (a, q, r) -> {
            Qr found = iso.qr(a);
            found.q().copyTo(q);
            found.r().copyTo(r);
        };
    }

    @Override
    public DecompositionLaws.SvdMap svd() {
        return (a, u, s, v) -> {
            Svd found = iso.svd(a);
            found.u().copyTo(u);
            found.s().copyTo(s);
            found.v().copyTo(v);
        };
    }

    @Override
    public MatrixMap inverse() {
        return iso::inverse;
    }
}
