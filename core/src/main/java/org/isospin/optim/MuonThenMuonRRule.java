package org.isospin.optim;

import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;

/** The formula of {@link MuonThenMuonR}: both rules have the same momentum under the same name. */
final class MuonThenMuonRRule extends UpdateRule {
    /** The tangent of an angle that is a right one for all purposes; its square is finite. */
    private static final double STEEPEST = 0x1p100;

    private final MuonOptions options;
    private final SwitchPoint point;
    private final MuonRule before;
    private final MuonRRule after;

    MuonThenMuonRRule(MuonOptions options, SwitchPoint point, MuonROptions rotating) {
        this.options = options;
        this.point = point;
        this.before = new MuonRule(options);
        this.after = new MuonRRule(rotating);
    }

    @Override
    void declare(StateLayout layout) {
        before.declare(layout);
        point.declare(layout);
    }

    @Override
    void update(BlockStep step) {
        if (point.isPast(step)) {
            after.update(step, tangent(step));
        } else {
            before.update(step);
        }
    }

    /** {@return η·scale·√min(m, n)/(2‖W‖_F)} */
    private Scalar tangent(BlockStep step) {
        ComputeStream stream = step.stream();
        double rate = LearningRate.at(options.learningRate(), step.t());
        double length = rate * options.scale(step.outputs(), step.inputs());
        double half = length * Math.sqrt(Math.min(step.outputs(), step.inputs())) / 2;
        Scalar norm = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, step.weight(), norm);
        Scalar tangent = StreamScalars.quotient(stream, StreamScalars.of(stream, half), norm);
        stream.scalarOp(ScalarOp.MIN, tangent, StreamScalars.of(stream, STEEPEST), tangent);
        return tangent;
    }
}
