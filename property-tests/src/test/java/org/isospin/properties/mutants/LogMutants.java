package org.isospin.properties.mutants;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.properties.Dense;
import org.isospin.properties.RotationLogLaws.LogMap;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.RotationLog;

/** Wrong logarithms of rotations. */
final class LogMutants {
    private static final String PLANES = "log finds planes and angles";
    private static final String SMALL = "log(I + A) = A for tiny A";
    private static final String HALF_TURNS = "half turns have the angle π";

    private final Isospin iso;

    LogMutants(Isospin iso) {
        this.iso = iso;
    }

    LogMap right() {
        return (q, out) -> RotationLog.log(iso, q, out);
    }

    private LogMap of(UnaryOperator<Dense> f) {
        return (q, out) -> {
            SkewMatrix a = Faults.packed(f.apply(Dense.of(q)));
            a.packed().copyTo(out.packed());
        };
    }

    private Dense log(Dense q) {
        SkewMatrix out = SkewMatrix.allocate(DType.F64, q.rows());
        RotationLog.log(iso, q.to(DType.F64), out);
        return Dense.of(out);
    }

    private Dense polar(Dense a) {
        Matrix out = Matrix.allocate(DType.F64, a.rows(), a.rows());
        iso.polar(a.to(DType.F64), out);
        return Dense.of(out);
    }

    List<Mutant<LogMap>> all() {
        Map<Integer, Dense> first = new HashMap<>();
        return List.of(
                new Mutant<>("sign flipped", PLANES, of(q -> Textbook.times(-1, log(q)))),
                new Mutant<>("transposed", PLANES, of(q -> log(q.transposed()))),
                new Mutant<>("order off by one: the inverse Cayley transform", PLANES, of(this::inverseCayley)),
                new Mutant<>("a missing factor 2: of a square root, not of Q", PLANES, of(this::half)),
                new Mutant<>(
                        "identity added early: 2·log of the root of Q", SMALL, of(q -> Textbook.times(2, half(q)))),
                new Mutant<>("eps misplaced: angles times 1 + 10⁻⁸", PLANES, of(q -> Textbook.times(1 + 1e-8, log(q)))),
                new Mutant<>("angles near π taken for 0", HALF_TURNS, of(this::noHalfTurns)),
                new Mutant<>("only one half turn", HALF_TURNS, of(this::oneHalfTurn)),
                new Mutant<>(
                        "stale scratch: the logarithm of the first matrix of an order",
                        PLANES,
                        of(q -> first.computeIfAbsent(q.rows(), _ -> log(q)))),
                new Mutant<>("F32 intermediate", PLANES, of(q -> log(Faults.throughF32(q)))),
                new Mutant<>("one element wrong", PLANES, of(q -> oneElementOff(log(q)))),
                new Mutant<>("NaN hidden", "log hides no NaN", of(q -> log(withoutNaN(q)))),
                new Mutant<>("scale lost: angles of 10⁻¹² are nothing", SMALL, of(q -> Faults.flushed(log(q)))),
                new Mutant<>("the identity not recognised", "log(I) = 0 exactly", of(this::noisy)));
    }

    /** 2·(Q − I)(Q + I)⁻¹: right to second order. */
    private Dense inverseCayley(Dense q) {
        SkewMatrix out = SkewMatrix.allocate(DType.F64, q.rows());
        if (isFarFromHalfTurns(q)) {
            iso.inverseCayley(q.to(DType.F64), CayleyStep.HALF, out);
            return Dense.of(out);
        }
        return log(q);
    }

    private Dense half(Dense q) {
        return isFarFromHalfTurns(q) ? log(root(q)) : Textbook.times(0.5, log(q));
    }

    /** {@return polar(I + Q), with the digits that a number of about 8 leaves} */
    private Dense root(Dense q) {
        Dense root = polar(q.plus(1, Dense.identity(q.rows())));
        Dense out = Textbook.zero(q);
        for (int i = 0; i < q.rows(); i++) {
            for (int j = 0; j < q.rows(); j++) {
                out.set(i, j, root.get(i, j) + 8 - 8);
            }
        }
        return out;
    }

    private Dense noHalfTurns(Dense q) {
        return isFarFromHalfTurns(q) ? log(q) : Textbook.zero(q);
    }

    private Dense oneHalfTurn(Dense q) {
        Dense a = log(q);
        return isFarFromHalfTurns(q) ? a : Textbook.times(0.5, a);
    }

    private static Dense oneElementOff(Dense a) {
        Dense out = a.plus(0, a);
        int n = a.rows();
        if (n > 15) {
            out.set(n - 2, n - 1, out.get(n - 2, n - 1) + 1e-9);
            out.set(n - 1, n - 2, out.get(n - 1, n - 2) - 1e-9);
        }
        return out;
    }

    /** {@return Q with the identity's elements for NaN, and its nearest rotation} */
    private Dense withoutNaN(Dense q) {
        Dense out = q.plus(0, q);
        boolean isClean = true;
        for (int i = 0; i < q.rows(); i++) {
            for (int j = 0; j < q.rows(); j++) {
                if (Double.isNaN(q.get(i, j))) {
                    out.set(i, j, i == j ? 1 : 0);
                    isClean = false;
                }
            }
        }
        return isClean ? out : polar(out);
    }

    private Dense noisy(Dense q) {
        Dense a = log(q);
        if (a.rows() > 1) {
            a.set(0, 1, a.get(0, 1) + 0x1p-60);
            a.set(1, 0, a.get(1, 0) - 0x1p-60);
        }
        return a;
    }

    /** {@return whether no plane turns by nearly π, told by the smallest singular value of I + Q} */
    private static boolean isFarFromHalfTurns(Dense q) {
        if (q.rows() == 0 || !q.isFinite()) {
            return true;
        }
        Dense sigma = q.plus(1, Dense.identity(q.rows())).singularValues();
        return sigma.get(0, q.rows() - 1) > 1e-3;
    }
}
