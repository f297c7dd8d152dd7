package org.isospin.optim;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;
import org.isospin.rotation.Stiefel;
import org.isospin.rotation.StiefelMetric;
import org.isospin.rotation.StiefelRetraction;

/** The formula of {@link StiefelMuon}. */
final class StiefelMuonRule extends UpdateRule {
    private static final String MOMENTUM = "momentum";
    private static final String MULTIPLIER = "multiplier";

    private final Schedule learningRate;
    private final Momentum momentum;
    private final TangentSolver solver;

    StiefelMuonRule(Schedule learningRate, Momentum momentum, TangentSolver solver) {
        this.learningRate = learningRate;
        this.momentum = momentum;
        this.solver = solver;
    }

    private boolean isDescent() {
        return solver.method() == TangentSolver.Method.DUAL_DESCENT;
    }

    @Override
    void declare(StateLayout layout) {
        layout.likeWeight(MOMENTUM);
        if (isDescent()) {
            int n = Math.min(layout.outputs(), layout.inputs());
            layout.matrix(MULTIPLIER, n, n);
        }
    }

    @Override
    void initialize(BlockStep step) {
        if (isDescent()) {
            TangentDescent.begin(
                    step.stream(),
                    StiefelRule.tall(step.weight()),
                    StiefelRule.tall(step.gradient()),
                    step.state(MULTIPLIER));
        }
    }

    @Override
    void update(BlockStep step) {
        ComputeStream stream = step.stream();
        double rate = LearningRate.at(learningRate, step.t());
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix direction = step.likeWeight();
            momentum.update(stream, step.age(), step.state(MOMENTUM), step.gradient(), step.next(MOMENTUM), direction);
            stream.scaleToOne(direction, direction, stream.scalar());
            Matrix w = StiefelRule.tall(step.weight());
            Matrix phi = StiefelRule.scratch(step);
            solve(step, w, StiefelRule.tall(direction), phi);
            Stiefel.gradient(stream, w, phi, StiefelMetric.EUCLIDEAN, phi);
            Scalar size = stream.scalar();
            stream.reduce(Reduction.MAX_ABS, phi, size);
            Scalar isMoving = StreamScalars.isGreater(stream, size, StreamScalars.of(stream, 0));
            stream.scalarOp(ScalarOp.MULTIPLY, isMoving, step.isMoving(), isMoving);
            Matrix point = StiefelRule.scratch(step);
            retract(step, w, rate, phi, point);
            Matrix target = StiefelRule.tall(step.newWeight());
            stream.copy(w, target);
            StreamScalars.copyWhere(stream, isMoving, point, target);
            Scalar angle = StreamScalars.of(stream, Math.atan(rate));
            step.reportLargestAngle(StreamScalars.op(stream, ScalarOp.MULTIPLY, isMoving, angle));
            StiefelRule.reportDefect(step, target);
        } finally {
            ws.release();
        }
    }

    /** out ← Φ without a step. */
    static void direction(ComputeStream stream, Matrix w, Matrix g, TangentSolver solver, Matrix out) {
        DType type = Operands.computeType(Operands.computeType(w.dtype(), g.dtype()), out.dtype());
        Matrix source = StiefelRule.tall(w);
        int n = source.columns();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix point = ws.matrix(type, source.rows(), n);
            Matrix direction = ws.matrix(type, source.rows(), n);
            Matrix phi = ws.matrix(type, source.rows(), n);
            stream.copy(source, point);
            stream.scaleToOne(StiefelRule.tall(g), direction, stream.scalar());
            if (solver.method() == TangentSolver.Method.DUAL_DESCENT) {
                Matrix multiplier = ws.matrix(type, n, n);
                TangentDescent.begin(stream, point, direction, multiplier);
                TangentDescent.solve(stream, solver, point, direction, multiplier, ws.matrix(type, n, n), phi);
            } else {
                TangentFixedPoint.solve(stream, point, direction, solver, phi);
            }
            stream.copy(phi, StiefelRule.tall(out));
        } finally {
            ws.release();
        }
    }

    private void solve(BlockStep step, Matrix w, Matrix direction, Matrix phi) {
        ComputeStream stream = step.stream();
        if (isDescent()) {
            TangentDescent.solve(stream, solver, w, direction, step.state(MULTIPLIER), step.next(MULTIPLIER), phi);
        } else {
            TangentFixedPoint.solve(stream, w, direction, solver, phi);
        }
    }

    /**
     * point ← W − sin θ·Φ − (1 − cos θ)·WΦᵀΦ with tan θ = η, which is (W − ηΦ)(I + η²ΦᵀΦ)^(−½) for a tangent Φ of singular values 1
     * and 0; a QR decomposition takes what is left where they are not.
     */
    private static void retract(BlockStep step, Matrix w, double rate, Matrix phi, Matrix point) {
        ComputeStream stream = step.stream();
        Arithmetic arithmetic = stream.arithmetic(step.dtype());
        double secant = Math.hypot(1, rate);
        double sine = rate / secant;
        Workspace ws = step.workspace();
        ws.mark();
        try {
            Matrix inner = ws.matrix(step.dtype(), w.columns(), w.columns());
            Matrix change = StiefelRule.scratch(step);
            stream.gemm(arithmetic, 1, phi.transposed(), phi, 0, inner, inner);
            stream.scale(-sine, phi, change);
            stream.gemm(arithmetic, -sine * rate / (1 + secant), w, inner, 1, change, change);
            StiefelRetraction.QR.retract(stream, w, change, point);
        } finally {
            ws.release();
        }
    }
}
