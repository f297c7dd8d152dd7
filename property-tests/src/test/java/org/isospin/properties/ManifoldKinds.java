package org.isospin.properties;

import static org.isospin.properties.OptimizerKind.RATE;

import java.util.List;
import org.isospin.optim.AmsGrad;
import org.isospin.optim.LeadingPair;
import org.isospin.optim.Nesterov;
import org.isospin.optim.SpectralSphereMuon;
import org.isospin.optim.StiefelAdam;
import org.isospin.optim.StiefelGeometry;
import org.isospin.optim.StiefelMuon;
import org.isospin.optim.StiefelSgd;
import org.isospin.optim.TangentSolver;

/** The optimizers of weights on manifolds, for {@link OptimizerKind}. */
final class ManifoldKinds {
    private ManifoldKinds() {}

    static List<OptimizerKind> all() {
        return List.of(
                new OptimizerKind(
                        "StiefelSgd",
                        iso -> StiefelSgd.builder()
                                .learningRate(RATE)
                                .nesterov(Nesterov.ON)
                                .build(iso),
                        0,
                        0),
                // A Cayley transform waits once, and a polar factor up to seven times.
                new OptimizerKind(
                        "StiefelSgd of geoopt",
                        iso -> StiefelSgd.geoopt(StiefelGeometry.CANONICAL_DOUBLED)
                                .learningRate(RATE)
                                .momentum(0.9)
                                .dampening(0.1)
                                .stabilize(3)
                                .build(iso),
                        8,
                        8),
                new OptimizerKind(
                        "StiefelSgd, no momentum",
                        iso -> StiefelSgd.builder()
                                .learningRate(RATE)
                                .momentum(0)
                                .geometry(StiefelGeometry.CANONICAL)
                                .stabilize(100)
                                .build(iso),
                        8,
                        1),
                new OptimizerKind(
                        "StiefelAdam",
                        iso -> StiefelAdam.builder()
                                .learningRate(RATE)
                                .amsGrad(AmsGrad.ON)
                                .build(iso),
                        0,
                        0),
                new OptimizerKind(
                        "StiefelAdam of geoopt",
                        iso -> StiefelAdam.geoopt(StiefelGeometry.CANONICAL_DOUBLED)
                                .learningRate(RATE)
                                .build(iso),
                        8,
                        8),
                new OptimizerKind(
                        "StiefelMuon",
                        iso -> StiefelMuon.builder()
                                .learningRate(RATE)
                                .solver(TangentSolver.fixedPoint(3))
                                .build(iso),
                        0,
                        0),
                new OptimizerKind(
                        "StiefelMuon by descent",
                        iso -> StiefelMuon.builder()
                                .learningRate(RATE)
                                .solver(TangentSolver.dualDescent(2, 0.2))
                                .build(iso),
                        0,
                        0),
                new OptimizerKind(
                        "SpectralSphereMuon",
                        iso -> SpectralSphereMuon.builder()
                                .learningRate(RATE)
                                .iterations(3)
                                .build(iso),
                        0,
                        0),
                new OptimizerKind(
                        "SpectralSphereMuon by powers",
                        iso -> SpectralSphereMuon.builder()
                                .learningRate(RATE)
                                .iterations(2)
                                .leadingPair(LeadingPair.byPowers(2))
                                .radius(1)
                                .build(iso),
                        0,
                        0));
    }
}
