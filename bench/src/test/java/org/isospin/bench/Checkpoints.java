package org.isospin.bench;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.checkpoint.TensorType;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;

/** Small files with everything that a checkpoint has: matrices of all types, vectors, integers, metadata. */
final class Checkpoints {
    private Checkpoints() {}

    /** {@return a file of matrices a (F32, 6 × 4), b (BF16, 4 × 6), c (F64, 5 × 5), d (F16, 0 × 3) and other tensors} */
    static Path mixed(Path file) throws IOException {
        return write(
                file,
                new SafetensorsWriter()
                        .add("a", Generators.gaussian(6, 4, 1).to(DType.F32))
                        .add("b", Generators.gaussian(4, 6, 2).to(DType.BF16))
                        .add("c", Generators.gaussian(5, 5, 3).to(DType.F64))
                        .add("d", Matrix.allocate(DType.F16, 0, 3))
                        .add("bias", TensorType.F32, new long[] {2}, MemorySegment.ofArray(new float[] {1, 2}))
                        .add("ids", TensorType.I64, new long[] {2, 2}, MemorySegment.ofArray(new long[] {1, 2, 3, 4}))
                        .metadata("format", "pt"));
    }

    /** {@return a file of one matrix, "w"} */
    static Path of(Path file, DType dtype, Dense matrix) throws IOException {
        return write(file, new SafetensorsWriter().add("w", matrix.to(dtype)));
    }

    static Path write(Path file, SafetensorsWriter writer) throws IOException {
        writer.write(file);
        return file;
    }
}
