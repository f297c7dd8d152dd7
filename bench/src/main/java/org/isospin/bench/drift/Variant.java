package org.isospin.bench.drift;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.optim.MuonR;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Pion;
import org.isospin.optim.RotationMap;
import org.isospin.optim.RotationSides;
import org.isospin.optim.WeightRounding;

/** An optimizer, a type of weights and a rounding. */
enum Variant {
    CAYLEY("Pion, Cayley", DType.F32, Goal.DRIFT),
    EXP("Pion, exp", DType.F32, Goal.DRIFT),
    MUONR("MuonR", DType.F32, Goal.DRIFT),
    ORDER_2("Pion, order 2", DType.F64, Goal.GROWTH),
    NEAREST("Pion, Cayley", DType.BF16, Goal.NONE),
    COMPENSATED("Pion, Cayley", DType.BF16, Goal.SMALLEST),
    MASTER("Pion, Cayley", DType.BF16, Goal.NONE),
    STOCHASTIC("Pion, Cayley", DType.BF16, Goal.NONE);

    private final String title;
    private final DType dtype;
    private final Goal goal;

    Variant(String title, DType dtype, Goal goal) {
        this.title = title;
        this.dtype = dtype;
        this.goal = goal;
    }

    /** {@return the optimizer for people} */
    String title() {
        return title;
    }

    DType dtype() {
        return dtype;
    }

    WeightRounding rounding() {
        return switch (this) {
            case COMPENSATED -> WeightRounding.compensated();
            case MASTER -> WeightRounding.master();
            case STOCHASTIC -> WeightRounding.stochastic(1);
            case CAYLEY, EXP, MUONR, ORDER_2, NEAREST -> WeightRounding.nearest();
        };
    }

    Goal goal() {
        return goal;
    }

    /** {@return the optimizer for weights that have more columns than rows, or fewer} */
    Optimizer optimizer(Isospin iso, boolean isWide) {
        Pion.Builder pion = Pion.builder().learningRate(DriftPlan.RATE).rms(GrowthPrediction.RMS);
        return switch (this) {
            case MUONR -> MuonR.builder().learningRate(DriftPlan.RATE).build(iso);
            case EXP -> pion.map(RotationMap.exp()).build(iso);
            case ORDER_2 ->
                pion.map(RotationMap.truncatedExp(2))
                        .sides(isWide ? RotationSides.OUT : RotationSides.IN)
                        .build(iso);
            case CAYLEY, NEAREST, COMPENSATED, MASTER, STOCHASTIC ->
                pion.map(RotationMap.cayley()).build(iso);
        };
    }
}
