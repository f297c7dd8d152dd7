package org.isospin.bench.calibrate;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.decomposition.Decompositions;
import org.isospin.placement.Operation;
import org.isospin.polar.Group;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.rotation.CayleyStep;

/** A call of an operation that has finished, results and all, when it returns. */
final class Workload {
    /** The steps and the order that profiles are of. */
    private static final int MSIGN_STEPS = 5;

    private static final int NEUMANN_ORDER = 3;

    private Workload() {}

    /**
     * {@return the call}
     *
     * @param operation the operation
     * @param iso where it is computed
     * @param inputs operands in host memory
     * @param room where operands and results are while it is timed
     */
    static Runnable of(Operation operation, Isospin iso, Inputs inputs, Room room) {
        DType dtype = inputs.general().dtype();
        int n = inputs.general().rows();
        Matrix out = room.output(dtype, n, n);
        return switch (operation) {
            case EXP -> {
                SkewMatrix a = room.input(inputs.skew());
                yield finished(() -> iso.exp(a, out), out);
            }
            case CAYLEY -> {
                SkewMatrix a = room.input(inputs.skew());
                yield finished(() -> iso.cayley(a, out), out);
            }
            case CAYLEY_NEUMANN -> {
                SkewMatrix a = room.input(inputs.skew());
                yield finished(() -> iso.cayleyNeumann(a, NEUMANN_ORDER, CayleyStep.HALF, out), out);
            }
            case INVERSE_CAYLEY -> {
                Matrix q = room.input(inputs.rotation());
                SkewMatrix a = room.input(inputs.skew());
                yield finished(() -> iso.inverseCayley(q, CayleyStep.FULL, a), a.packed());
            }
            case HAAR -> finished(() -> iso.haarOrthogonal(1, out), out);
            case MSIGN -> {
                Matrix a = room.input(inputs.general());
                MsignSchedule schedule = Msign.polarExpress(MSIGN_STEPS);
                yield finished(() -> iso.msign(a, out, schedule), out);
            }
            case POLAR -> {
                Matrix a = room.input(inputs.general());
                yield finished(() -> iso.polar(a, out), out);
            }
            case PROCRUSTES -> {
                Matrix a = room.input(inputs.general());
                Matrix b = room.input(inputs.other());
                yield finished(() -> iso.procrustes(a, b, Group.ORTHOGONAL, out), out);
            }
            case SINGULAR_VALUES -> {
                Matrix a = room.input(inputs.general());
                Matrix s = room.output(dtype, 1, n);
                yield finished(() -> iso.singularValues(a, s), s);
            }
            case SVD -> {
                Matrix a = room.input(inputs.general());
                Matrix s = room.output(dtype, 1, n);
                Matrix v = room.output(dtype, n, n);
                yield finished(() -> iso.run(stream -> Decompositions.svd(stream, a, out, s, v), a), v);
            }
            case QR -> {
                Matrix a = room.input(inputs.general());
                Matrix r = room.output(dtype, n, n);
                yield finished(() -> iso.run(stream -> Decompositions.qr(stream, a, out, r), a), r);
            }
            case INVERSE -> {
                Matrix a = room.input(inputs.general());
                yield finished(() -> iso.inverse(a, out), out);
            }
        };
    }

    /** A device is not done when a call returns: to read an element of the result is to wait for all of it. */
    private static Runnable finished(Runnable call, Matrix result) {
        if (!result.isDevice() || result.elements() == 0) {
            return call;
        }
        Matrix corner = result.view(0, 0, 1, 1);
        Matrix element = Matrix.allocate(result.dtype(), 1, 1);
        return () -> {
            call.run();
            corner.copyTo(element);
        };
    }
}
