package org.isospin.bench.steps;

import org.isospin.Isospin;
import org.isospin.optim.Muon;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Pion;
import org.isospin.optim.RotationMap;

/** An optimizer whose step is timed, with the flops of its products. m is the smaller dimension here, n the larger one. */
enum Subject {
    /** What the reference computes in eight products of 2·m·n·m or 2·m·n·n flops, four a side. */
    PION("pion", "Pion, first moment in Lie space, both sides, degree 2") {
        @Override
        Optimizer optimizer(Isospin iso) {
            return Pion.builder().map(RotationMap.truncatedExp(2)).build(iso);
        }

        @Override
        double flops(StepShape shape) {
            double m = shape.least();
            double n = shape.most();
            // The generators; the norm's products, one of which is the larger side's first; its second; the smaller
            // side's
            // square, half a product, and its one product.
            return 4 * m * n * (m + n) + 2 * m * n * n + m * m * m + 2 * m * m * n;
        }

        @Override
        double denseFlops(StepShape shape) {
            return 8 * shape.least() * shape.most() * (shape.least() + shape.most());
        }

        @Override
        double goal(StepShape shape) {
            return shape.outputs() == shape.inputs() ? 1.25 : 1.35;
        }
    },
    /** This library's default against the same products: rotations to roundoff instead of degree 2. */
    PION_CAYLEY("pion-cayley", "Pion's default: as above, but the exact Cayley map; against the same products") {
        @Override
        Optimizer optimizer(Isospin iso) {
            return Pion.builder().build(iso);
        }

        @Override
        double flops(StepShape shape) {
            return Double.NaN;
        }

        @Override
        double denseFlops(StepShape shape) {
            return PION.denseFlops(shape);
        }

        @Override
        double goal(StepShape shape) {
            return Double.NaN;
        }
    },
    /** Three products a step of Newton–Schulz, of which two are known to be symmetric. */
    MUON("muon", "Muon, Keller Jordan's convention, 5 steps of Newton–Schulz") {
        @Override
        Optimizer optimizer(Isospin iso) {
            return Muon.kellerJordan().build(iso);
        }

        @Override
        double flops(StepShape shape) {
            double m = shape.least();
            return STEPS * (3 * m * m * shape.most() + m * m * m);
        }

        @Override
        double denseFlops(StepShape shape) {
            double m = shape.least();
            return STEPS * (4 * m * m * shape.most() + 2 * m * m * m);
        }

        @Override
        double goal(StepShape shape) {
            return 1.3;
        }
    };

    /** Steps of Newton–Schulz. */
    static final int STEPS = 5;

    private final String title;
    private final String description;

    Subject(String title, String description) {
        this.title = title;
        this.description = description;
    }

    String title() {
        return title;
    }

    String description() {
        return description;
    }

    /** {@return a new optimizer} */
    abstract Optimizer optimizer(Isospin iso);

    /** {@return the flops of this library's products; NaN where they depend on the weights} */
    abstract double flops(StepShape shape);

    /** {@return the flops of the dense products that it is compared with} */
    abstract double denseFlops(StepShape shape);

    /** {@return how many times as fast as the dense products a step is meant to be; NaN if nothing was promised} */
    abstract double goal(StepShape shape);
}
