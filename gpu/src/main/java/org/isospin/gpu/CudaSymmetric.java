package org.isospin.gpu;

import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;

/** Kernels on triangles and mirror images of square matrices. */
final class CudaSymmetric {
    private final Queue queue;

    CudaSymmetric(Queue queue) {
        this.queue = queue;
    }

    private static double sign(Symmetry symmetry) {
        return symmetry == Symmetry.SKEW ? -1 : 1;
    }

    /** Replaces the upper triangle by the mirror image of the lower one. */
    void mirror(Symmetry symmetry, Matrix m) {
        if (m.elements() > 0) {
            queue.launch(Kernel.MIRROR)
                    .out(queue.address(m, Access.UPDATE), m)
                    .alpha(sign(symmetry))
                    .elements(m.rows(), m.columns());
        }
    }

    void symmetrize(Symmetry symmetry, Matrix m, Matrix out) {
        launch(Kernel.SYMMETRIZE, sign(symmetry), 0, m, out, out.rows());
    }

    void unpackSkew(SkewMatrix packed, Matrix dense) {
        launch(Kernel.UNPACK_SKEW, 0, 0, packed.packed(), dense, packed.order());
    }

    void packSkew(Matrix dense, SkewMatrix packed) {
        if (packed.order() > 1) {
            launch(Kernel.PACK_SKEW, 0, 0, dense, packed.packed(), packed.order());
        }
    }

    void copyTriangle(Triangle triangle, Matrix source, Matrix target) {
        launch(Kernel.COPY_TRIANGLE, 0, code(triangle), source, target, target.rows());
    }

    /** {@return bit 0: lower; bit 1: with ones on the diagonal} */
    static long code(Triangle triangle) {
        return switch (triangle) {
            case UPPER -> 0;
            case LOWER -> 1;
            case UNIT_UPPER -> 2;
            case UNIT_LOWER -> 3;
        };
    }

    private void launch(Kernel kernel, double alpha, long code, Matrix a, Matrix out, int n) {
        if (n > 0) {
            queue.resolve(a, a, out, Access.WRITE);
            queue.launch(kernel)
                    .a(queue.first(), a)
                    .out(queue.output(), out)
                    .alpha(alpha)
                    .code(code)
                    .elements(n, n);
        }
    }
}
