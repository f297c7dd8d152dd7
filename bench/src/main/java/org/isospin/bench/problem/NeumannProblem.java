package org.isospin.bench.problem;

import java.util.List;
import java.util.Optional;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Order;
import org.isospin.SkewBatch;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyNeumann;
import org.isospin.rotation.CayleyStep;

/** (I + A)(I + A + A² + A³) with ‖A‖₂ about 0.25, the truncated Cayley transform of POET. */
final class NeumannProblem extends SkewProblem {
    static final double NORM = 0.25;
    static final int ORDER = 3;
    private static final long LARGEST_BYTES = 1L << 30;

    NeumannProblem(Setting setting) {
        super(setting, NORM);
        expect();
    }

    @Override
    void compute(Isospin context, SkewMatrix a, Matrix out) {
        context.cayleyNeumann(a, ORDER, CayleyStep.FULL, out);
    }

    @Override
    public Optional<Batch> batch(Session session, int most) {
        int n = n();
        int count = (int) Math.min(LARGEST_BYTES / ((long) n * n * dtype().bytes()), most);
        if (count < 2) {
            return Optional.empty();
        }
        Matrix rows = matrix(count, operand().packed().columns());
        for (int i = 0; i < count; i++) {
            operand().packed().copyTo(rows.row(i));
        }
        SkewBatch blocks = SkewBatch.wrap(n, session.placement().place(rows));
        Matrix out = session.placement().place(matrix(count * n, n));
        MatrixBatch results = MatrixBatch.wrap(
                out.storage(), out.byteOffset(), dtype(), count, n, n, n, Order.ROW_MAJOR, (long) n * n);
        // The first block and the last one stand for all.
        List<Matrix> shown = List.of(results.get(0), results.get(count - 1));
        return Optional.of(new Batch(
                count,
                Task.into(
                        shown,
                        () -> CayleyNeumann.productBatched(
                                session.context(), blocks, ORDER, CayleyStep.FULL, results))));
    }

    @Override
    Wide after(Operator a, Wide x) {
        Wide sum = x;
        for (int k = 0; k < ORDER; k++) {
            sum = x.plus(1, a.apply(sum));
        }
        return sum.plus(1, a.apply(sum));
    }

    @Override
    boolean isRotation() {
        return false;
    }
}
