package org.isospin.reparam;

import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;
import org.isospin.rotation.GeneratorMap;

/**
 * Activations turned by a batch of small rotations: y = diag(R₀, R₁, …)·x for x of n coordinates as rows and a column for each
 * token, 2b flops a number instead of the 2n of a dense product, and the derivatives.
 *
 * <p>Rotations are held as R − I, and y is x + (R − I)x: where a generator is zero y equals x, and a small rotation is as
 * accurate as its generator. Coordinates in no block are copied.
 */
final class BlockRotation {
    /** Which rotation is applied. */
    enum Form {
        /** R. */
        PLAIN,
        /** Rᵀ, which rows x are multiplied by in x·R. */
        TRANSPOSED
    }

    private BlockRotation() {}

    /** deltas ← R − I of every block. */
    static void form(ComputeStream stream, GeneratorMap map, BlockGenerators generators, BlockMatrices deltas) {
        Workspace ws = stream.workspace();
        map.deltas(stream, generators.count(), generators::get, i -> deltas.get(ws, i));
    }

    /** out ← the packed cotangent of every generator, given those of R. */
    static void vjp(
            ComputeStream stream,
            GeneratorMap map,
            BlockGenerators generators,
            BlockMatrices cotangents,
            BlockGenerators out) {
        Workspace ws = stream.workspace();
        map.vjps(stream, generators.count(), generators::get, i -> cotangents.get(ws, i), out::get);
    }

    /**
     * y ← diag(R)·x or its transpose.
     *
     * @param stream where it runs
     * @param deltas R − I, of x's type
     * @param form which
     * @param x n × p, dense and row-major; not y
     * @param y n × p, dense and row-major, of x's type
     */
    static void apply(ComputeStream stream, BlockMatrices deltas, Form form, Matrix x, Matrix y) {
        BlockPartition partition = deltas.partition();
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(x.dtype());
        int b = partition.blockSize();
        boolean isPlain = form == Form.PLAIN;
        stream.copy(x, y);
        if (partition.count() > 0 && x.columns() > 0) {
            stream.gemmBatched(
                    arithmetic,
                    1,
                    isPlain ? deltas.batch(ws) : deltas.batch(ws).transposed(),
                    ws.batch(leading(ws, partition, x), b),
                    1,
                    ws.batch(leading(ws, partition, y), b));
        }
        if (partition.rest() > 0) {
            Matrix last = last(ws, partition, y);
            Matrix delta = isPlain ? deltas.rest() : deltas.rest().transposed();
            stream.gemm(arithmetic, 1, delta, last(ws, partition, x), 1, last, last);
        }
    }

    /**
     * out ← u·vᵀ, block by block: with u the cotangent of y and v = x that of R in y = R·x, with u = x and v the cotangent of y
     * that of R in y = Rᵀ·x.
     *
     * @param stream where it runs
     * @param u n × p, dense and row-major
     * @param v n × p, dense and row-major, of u's type
     * @param out of u's type
     */
    static void outer(ComputeStream stream, Matrix u, Matrix v, BlockMatrices out) {
        BlockPartition partition = out.partition();
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(u.dtype());
        int b = partition.blockSize();
        if (partition.count() > 0) {
            stream.gemmBatched(
                    arithmetic,
                    1,
                    ws.batch(leading(ws, partition, u), b),
                    ws.batch(leading(ws, partition, v), b).transposed(),
                    0,
                    out.batch(ws));
        }
        if (partition.rest() > 0) {
            Matrix right = last(ws, partition, v).transposed();
            stream.gemm(arithmetic, 1, last(ws, partition, u), right, 0, out.rest(), out.rest());
        }
    }

    private static Matrix leading(Workspace ws, BlockPartition partition, Matrix m) {
        return ws.view(m, 0, 0, partition.covered(), m.columns());
    }

    private static Matrix last(Workspace ws, BlockPartition partition, Matrix m) {
        return ws.view(m, partition.covered(), 0, partition.rest(), m.columns());
    }
}
