package org.isospin.bench.drift;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;

/**
 * By how much degree 2 lets singular values grow: it scales a plane of angle θ by √(1 + θ⁴/4). Where the shorter side of W is
 * turned alone, the sum of ln σ grows by Σ ¼θ⁴ over the planes of αA, ⅛‖(αA)²‖²_F, in each step, with
 * α = ηc√(mn)/‖AW‖_F.
 */
final class GrowthPrediction {
    /** c. */
    static final double RMS = 0.2;

    private final Isospin iso;
    private final boolean isWide;
    private final int order;
    private final Matrix square;
    private final Matrix product;
    private double sum;

    GrowthPrediction(Isospin iso, int rows, int columns) {
        this.iso = iso;
        this.isWide = rows <= columns;
        this.order = Math.min(rows, columns);
        this.square = Matrix.allocate(DType.F64, order, order);
        this.product = Matrix.allocate(DType.F64, order, Math.max(rows, columns));
    }

    /**
     * Adds a step.
     *
     * @param pion after the step
     * @param id its parameter
     * @param before the weight before the step
     */
    void add(Optimizer pion, ParameterId id, Matrix before) {
        Matrix packed = pion.state(id, "whole/generator_" + (isWide ? "out" : "in"));
        Matrix a = SkewMatrix.wrap(order, packed).toDense();
        iso.multiply(a, isWide ? before : before.transposed(), product);
        iso.multiply(a, a, square);
        double alpha = DriftPlan.RATE * RMS * Math.sqrt((double) product.elements()) / frobenius(product);
        double turned = alpha * alpha * frobenius(square);
        sum += turned * turned / 8;
    }

    /** {@return the growth of the mean of ln σ} */
    double meanGrowth() {
        return sum / order;
    }

    private static double frobenius(Matrix m) {
        double squares = 0;
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                squares = Math.fma(m.get(i, j), m.get(i, j), squares);
            }
        }
        return Math.sqrt(squares);
    }
}
