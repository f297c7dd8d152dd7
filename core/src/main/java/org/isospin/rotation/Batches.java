package org.isospin.rotation;

import java.util.function.IntConsumer;
import org.isospin.MatrixBatch;
import org.isospin.SkewBatch;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/** Maps applied to every block of a batch, with the scratch of one. */
final class Batches {
    private Batches() {}

    /**
     * Does something for every block, telling progress before each.
     *
     * @param stream where it runs
     * @param operation what is computed, for who hears of it
     * @param count how many blocks
     * @param block makes the same calls for every block
     */
    static void forEach(ComputeStream stream, String operation, int count, IntConsumer block) {
        Workspace ws = stream.workspace();
        int position = ws.position();
        for (int i = 0; i < count; i++) {
            stream.progress().at(operation, i, count);
            ws.rewind(position);
            block.accept(i);
        }
    }

    /** Requires as many blocks of n × n, if there are any. */
    static void requireShape(String operation, String name, MatrixBatch m, int count, int n) {
        if (m.count() != count) {
            throw new IllegalArgumentException(
                    operation + ": " + name + " must have " + count + " blocks, not " + m.count());
        }
        if (count > 0) {
            Operands.requireShape(operation, name, m.first(), n, n);
        }
    }

    /** Requires as many blocks of n × n, if there are any, that may be written. */
    static void requireOutput(String operation, String name, MatrixBatch m, int count, int n) {
        requireShape(operation, name, m, count, n);
        if (count > 0) {
            Operands.requireOutput(operation, name, m.first(), n, n);
        }
    }

    /** Requires as many skew blocks of order n that may be written. */
    static void requireOutput(String operation, String name, SkewBatch m, int count, int n) {
        if (m.count() != count || m.order() != n) {
            throw new IllegalArgumentException(
                    operation + ": " + name + " must have " + count + " blocks of order " + n + ", not " + m);
        }
        Operands.requireOutput(operation, name, m.packed(), count, m.packed().columns());
    }
}
