package org.isospin.properties;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.optim.AdamEpsilon;
import org.isospin.optim.AdamW;
import org.isospin.optim.Dion;
import org.isospin.optim.DionBasis;
import org.isospin.optim.DionSide;
import org.isospin.optim.Iso;
import org.isospin.optim.MomentumOrder;
import org.isospin.optim.MsignPrecision;
import org.isospin.optim.MsignPreconditioning;
import org.isospin.optim.Muon;
import org.isospin.optim.MuonR;
import org.isospin.optim.Nesterov;
import org.isospin.optim.NorMuon;
import org.isospin.optim.ObliqueSgd;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Pion;
import org.isospin.optim.PionMsign;
import org.isospin.optim.PolarGradient;
import org.isospin.optim.Schedule;
import org.isospin.optim.UnitVectors;
import org.isospin.optim.UpdateLength;
import org.isospin.optim.WeightRounding;
import org.isospin.polar.Msign;
import org.isospin.rotation.StiefelRetraction;

/**
 * An optimizer of each kind and with each option that takes other code.
 *
 * @param name what tests call it
 * @param make makes one without parameters
 * @param firstWaits how often its first step waits, at most
 * @param waits how often every other step waits, at most
 * @param rounding of 16-bit weights
 */
record OptimizerKind(
        String name, Function<Isospin, Optimizer> make, int firstWaits, int waits, WeightRounding rounding) {
    static final Schedule RATE = Schedule.linearWarmup(0.02, 3).then(4, Schedule.cosine(0.02, 0.001, 8));

    OptimizerKind(String name, Function<Isospin, Optimizer> make, int firstWaits, int waits) {
        this(name, make, firstWaits, waits, WeightRounding.nearest());
    }

    /** {@return a parameter, rounded as this kind has it where its type is} */
    ParameterSpec spec(String parameter, DType dtype, int rows, int columns, Orientation orientation) {
        ParameterSpec spec = ParameterSpec.matrix(parameter, dtype, rows, columns, orientation);
        return dtype.computeType() == dtype ? spec : spec.withRounding(rounding);
    }

    static OptimizerKind of(String name, Function<Isospin, Optimizer> make) {
        return new OptimizerKind(name, make, 0, 0);
    }

    static List<OptimizerKind> all() {
        List<OptimizerKind> all = new ArrayList<>(others());
        all.addAll(RotationKinds.all());
        all.addAll(ManifoldKinds.all());
        return all;
    }

    /** {@return those that turn nothing} */
    private static List<OptimizerKind> others() {
        return List.of(
                of("AdamW", iso -> AdamW.builder().learningRate(RATE).build(iso)),
                of(
                        "AdamW of Moonlight",
                        iso -> AdamW.builder()
                                .learningRate(RATE)
                                .epsilon(1e-8, AdamEpsilon.BEFORE_BIAS_CORRECTION)
                                .build(iso)),
                of(
                        "Muon",
                        iso -> Muon.kellerJordan()
                                .learningRate(RATE)
                                .weightDecay(0.1)
                                .build(iso)),
                of(
                        "Muon of PyTorch in bfloat16",
                        iso -> Muon.pyTorch()
                                .learningRate(RATE)
                                .precision(MsignPrecision.BF16_FUSED)
                                .build(iso)),
                of(
                        "Muon of Moonlight in bfloat16",
                        iso -> Muon.moonlight()
                                .learningRate(RATE)
                                .precision(MsignPrecision.BF16)
                                .build(iso)),
                of(
                        "Muon of optax",
                        iso -> Muon.optax()
                                .learningRate(RATE)
                                .length(UpdateLength.NUCLEAR_NORM)
                                .preconditioning(MsignPreconditioning.SPECTRAL)
                                .build(iso)),
                of(
                        "Muon of optax, Schatten",
                        iso -> Muon.optax()
                                .learningRate(RATE)
                                .preconditioning(MsignPreconditioning.SCHATTEN)
                                .build(iso)),
                of("Muon of dion", iso -> Muon.dion().learningRate(RATE).build(iso)),
                of(
                        "Muon, momentum after",
                        iso -> Muon.kellerJordan()
                                .learningRate(RATE)
                                .order(MomentumOrder.AFTER)
                                .build(iso)),
                of(
                        "Muon without momentum",
                        iso -> Muon.kellerJordan()
                                .learningRate(RATE)
                                .order(MomentumOrder.NONE)
                                .msign(Msign.polarExpress(5))
                                .build(iso)),
                of("NorMuon", iso -> NorMuon.builder().learningRate(RATE).build(iso)),
                of("Dion", iso -> Dion.simple().learningRate(RATE).rank(3).build(iso)),
                new OptimizerKind(
                        "Dion by Cholesky",
                        iso -> Dion.reference()
                                .learningRate(RATE)
                                .rankFraction(0.5)
                                .basis(DionBasis.CHOLESKY_QR)
                                .build(iso),
                        3,
                        3),
                new OptimizerKind(
                        "Dion by a sketch",
                        iso -> Dion.reference()
                                .learningRate(RATE)
                                .rankFraction(0.5)
                                .side(DionSide.SMALLER)
                                .build(iso),
                        2,
                        2),
                new OptimizerKind("Iso", iso -> Iso.builder().learningRate(RATE).build(iso), 1, 0),
                new OptimizerKind(
                        "Iso, polar",
                        iso -> Iso.builder()
                                .learningRate(RATE)
                                .retraction(StiefelRetraction.POLAR)
                                .build(iso),
                        7,
                        6),
                new OptimizerKind(
                        "Iso, Cayley",
                        iso -> Iso.builder()
                                .learningRate(RATE)
                                .retraction(StiefelRetraction.CAYLEY)
                                .build(iso),
                        3,
                        2),
                of(
                        "ObliqueSgd",
                        iso -> ObliqueSgd.builder()
                                .learningRate(RATE)
                                .vectors(UnitVectors.OUTPUTS)
                                .build(iso)),
                new OptimizerKind(
                        "PolarGradient",
                        iso -> PolarGradient.builder()
                                .learningRate(RATE)
                                .momentum(0.9, Nesterov.ON)
                                .build(iso),
                        4,
                        4),
                new OptimizerKind(
                        "Pion with a monitor",
                        iso -> Pion.builder()
                                .learningRate(RATE)
                                .monitorSpectrum(2)
                                .resetSpectrum(3)
                                .build(iso),
                        2,
                        2),
                of(
                        "MuonR with a monitor",
                        iso -> MuonR.builder()
                                .learningRate(RATE)
                                .monitorSpectrum(1)
                                .resetSpectrum(3)
                                .build(iso)),
                of(
                        "PionMsign with a monitor",
                        iso -> PionMsign.builder()
                                .learningRate(RATE)
                                .monitorSpectrum(3)
                                .resetSpectrum(2)
                                .build(iso)),
                rounded(
                        WeightRounding.master(),
                        iso -> AdamW.builder().learningRate(RATE).build(iso)),
                rounded(
                        WeightRounding.compensated(),
                        iso -> Muon.kellerJordan().learningRate(RATE).build(iso)),
                rounded(
                        WeightRounding.stochastic(7),
                        iso -> NorMuon.builder().learningRate(RATE).build(iso)));
    }

    private static OptimizerKind rounded(WeightRounding rounding, Function<Isospin, Optimizer> make) {
        return new OptimizerKind(rounding + " rounding", make, 0, 0, rounding);
    }

    @Override
    public String toString() {
        return name;
    }
}
