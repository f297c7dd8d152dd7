package org.isospin.peft;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.checkpoint.TensorType;
import org.isospin.checkpoint.TensorView;
import org.isospin.peft.AdapterConfig.Kind;
import org.isospin.reparam.OftParameters;

/**
 * Writes an OFT or BOFT adapter as PEFT does: a folder with {@code adapter_config.json} and {@code adapter_model.safetensors}.
 *
 * <p>Not safe for concurrent use.
 */
public final class AdapterWriter {
    private final AdapterConfig config;
    private final SafetensorsWriter tensors = new SafetensorsWriter().metadata("format", "pt");

    /**
     * Makes a writer of an adapter without modules.
     *
     * @param config how the adapter was made
     */
    public AdapterWriter(AdapterConfig config) {
        this.config = config;
    }

    /**
     * Adds a module.
     *
     * @param module its name in the base, whose tensor is NAME.weight
     * @param parameters of a layer that is made by {@link AdapterConfig#options}, copied; their bias is not written
     * @param dtype what they are rounded to
     * @return this writer
     * @throws IllegalArgumentException if it was added before, or PEFT has no form for these blocks or factors
     */
    public AdapterWriter add(String module, OftParameters parameters, DType dtype) {
        int b = parameters.factors().getFirst().partition().blockSize();
        int blocks = parameters.factors().getFirst().partition().count();
        int count = parameters.factors().size();
        Matrix scale = parameters.outputScale();
        boolean isOft = count == 1 && scale == null;
        boolean isBoft = config.kind() == Kind.BOFT && scale != null;
        if (parameters.factors().getFirst().partition().rest() > 0
                || !(isBoft || (config.kind() == Kind.OFT && isOft))) {
            throw new IllegalArgumentException("adapter module " + module + ": " + config.kind()
                    + " of PEFT has no place for " + parameters + "; blocks must divide the inputs, and outputs are"
                    + " scaled in BOFT alone");
        }
        // Blocks of 1 have no numbers.
        List<Matrix> generators = parameters.generators();
        Matrix packed = generators.isEmpty() ? Matrix.allocate(dtype, blocks * count, 0) : generators.getFirst();
        String name = Adapter.PREFIX + module;
        if (isOft) {
            tensors.add(name + Adapter.OFT, rounded(packed, dtype));
            return this;
        }
        Matrix full = Matrix.allocate(dtype, Math.multiplyExact(blocks * count, b), b);
        for (int block = 0; block < blocks * count; block++) {
            int at = 0;
            for (int i = 0; i < b; i++) {
                for (int j = i + 1; j < b; j++) {
                    double q = packed.get(block, at++);
                    full.set(block * b + i, j, q);
                    full.set(block * b + j, i, -q);
                }
            }
        }
        MemorySegment bytes = full.segment().asSlice(full.byteOffset(), full.elements() * dtype.bytes());
        tensors.add(name + Adapter.BOFT, TensorType.of(dtype), new long[] {count, blocks, b, b}, bytes);
        tensors.add(
                name + Adapter.BOFT_SCALE,
                rounded(java.util.Objects.requireNonNull(scale).transposed(), dtype));
        return this;
    }

    private static Matrix rounded(Matrix m, DType dtype) {
        Matrix out = Matrix.allocate(dtype, m.rows(), m.columns());
        m.copyTo(out);
        return out;
    }

    /**
     * Adds a tensor that replaces one of the base.
     *
     * @param name of that tensor
     * @param like its type and shape
     * @param bytes the elements, as {@link SafetensorsWriter#add(String, TensorType, long[], MemorySegment)} takes them
     * @return this writer
     * @throws IllegalArgumentException if it was added before, or the bytes do not fit
     */
    public AdapterWriter addReplacement(String name, TensorView like, MemorySegment bytes) {
        tensors.add(Adapter.PREFIX + name, like.type(), like.shape(), bytes);
        return this;
    }

    /**
     * Writes the adapter, as {@link #write(Path, AdapterConfig, Tensors)} does.
     *
     * @param folder where both files go; made if it does not exist, other files in it stay
     * @throws IOException if it cannot be written
     */
    public void write(Path folder) throws IOException {
        write(folder, config, tensors::write);
    }

    /** Writes the tensors of an adapter. */
    @FunctionalInterface
    public interface Tensors {
        /**
         * Writes a safetensors file.
         *
         * @param file the file
         * @throws IOException if that fails
         */
        void writeTo(Path file) throws IOException;
    }

    /**
     * Writes an adapter. An older one in the folder stays as it was until the tensors are complete; then it is none until it is the
     * new one, so that tensors are never read under another one's configuration.
     *
     * @param folder where both files go; made if it does not exist, other files in it stay
     * @param config how the adapter was made
     * @param tensors writes its tensors
     * @throws IOException if it cannot be written
     */
    public static void write(Path folder, AdapterConfig config, Tensors tensors) throws IOException {
        Files.createDirectories(folder);
        Path complete = folder.resolve("." + Adapter.FILE + ".new");
        try {
            tensors.writeTo(complete);
            Files.deleteIfExists(folder.resolve(AdapterConfig.FILE));
            Files.move(complete, folder.resolve(Adapter.FILE), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(complete);
        }
        config.write(folder.resolve(AdapterConfig.FILE));
    }
}
