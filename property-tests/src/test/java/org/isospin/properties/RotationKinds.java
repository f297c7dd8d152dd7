package org.isospin.properties;

import static org.isospin.properties.OptimizerKind.RATE;

import java.util.List;
import org.isospin.optim.AngleLaw;
import org.isospin.optim.LieOrtho;
import org.isospin.optim.Muon;
import org.isospin.optim.MuonR;
import org.isospin.optim.MuonThenMuonR;
import org.isospin.optim.Nesterov;
import org.isospin.optim.Pion;
import org.isospin.optim.PionMomentum;
import org.isospin.optim.PionMsign;
import org.isospin.optim.RotationMap;
import org.isospin.optim.RotationSides;
import org.isospin.optim.SwitchPoint;

/** The optimizers that turn weights, for {@link OptimizerKind}. */
final class RotationKinds {

    private RotationKinds() {}

    /** {@return one of each, and with each option that takes other code} */
    static List<OptimizerKind> all() {
        return List.of(
                // An exact map waits once for each side that is turned.
                new OptimizerKind(
                        "Pion", iso -> Pion.builder().learningRate(RATE).build(iso), 2, 2),
                OptimizerKind.of(
                        "Pion of Megatron, alternating, with a second moment",
                        iso -> Pion.megatron()
                                .learningRate(RATE)
                                .sides(RotationSides.ALTERNATE)
                                .secondMoment(0.99, 1e-8)
                                .build(iso)),
                new OptimizerKind(
                        "Pion, transported",
                        iso -> Pion.builder()
                                .learningRate(RATE)
                                .momentum(PionMomentum.TRANSPORTED)
                                .build(iso),
                        4,
                        4),
                OptimizerKind.of(
                        "Pion of verl, transported, with a second moment",
                        iso -> Pion.verl()
                                .learningRate(RATE)
                                .momentum(PionMomentum.TRANSPORTED)
                                .secondMoment(0.95, 1e-8)
                                .build(iso)),
                OptimizerKind.of(
                        "Pion, linearised",
                        iso -> Pion.linearized().learningRate(RATE).keepNorm().build(iso)),
                OptimizerKind.of(
                        "PionMsign",
                        iso -> PionMsign.builder().learningRate(RATE).build(iso)),
                OptimizerKind.of(
                        "MuonR", iso -> MuonR.builder().learningRate(RATE).build(iso)),
                OptimizerKind.of(
                        "MuonR, alternating",
                        iso -> MuonR.builder()
                                .learningRate(RATE)
                                .sides(RotationSides.ALTERNATE)
                                .build(iso)),
                OptimizerKind.of(
                        "Muon, then MuonR",
                        iso -> MuonThenMuonR.builder(Muon.moonlight().learningRate(RATE), SwitchPoint.afterStep(4))
                                .build(iso)),
                new OptimizerKind(
                        "Muon, then MuonR above a norm",
                        iso -> MuonThenMuonR.builder(
                                        Muon.builder().learningRate(RATE).weightDecay(0.1),
                                        SwitchPoint.frobeniusAbove(9.5))
                                .sides(RotationSides.ALTERNATE)
                                .build(iso),
                        1,
                        1),
                new OptimizerKind(
                        "Muon, then MuonR above a spectral norm",
                        iso -> MuonThenMuonR.builder(
                                        Muon.builder().learningRate(RATE).weightDecay(0.1),
                                        SwitchPoint.spectralAbove(4))
                                .build(iso),
                        1,
                        1),
                new OptimizerKind(
                        "LieOrtho", iso -> LieOrtho.builder().learningRate(RATE).build(iso), 1, 1),
                OptimizerKind.of(
                        "LieOrtho, both sides apart",
                        iso -> LieOrtho.builder()
                                .learningRate(RATE)
                                .sides(RotationSides.BOTH)
                                .momentum(0.9, Nesterov.OFF)
                                .angle(AngleLaw.fixed(7))
                                .decorrelation(0)
                                .map(RotationMap.cayleyNeumann(3))
                                .build(iso)));
    }
}
