package org.isospin.checkpoint;

import java.lang.foreign.Arena;
import java.util.Collection;
import java.util.Collections;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.isospin.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * An open checkpoint: named tensors in a mapped file, immutable and safe for concurrent readers.
 *
 * <p>Views of its tensors live until it is closed; later accesses throw {@link IllegalStateException}. The file must not
 * be truncated meanwhile; replacing it, as {@link SafetensorsWriter} does, leaves the mapped bytes as they are.
 */
public final class Checkpoint implements AutoCloseable {
    private final SequencedMap<String, String> metadata;
    private final SequencedMap<String, TensorView> tensors;
    private final @Nullable Arena owned;

    Checkpoint(SequencedMap<String, String> metadata, SequencedMap<String, TensorView> tensors, @Nullable Arena owned) {
        this.metadata = metadata;
        this.tensors = Collections.unmodifiableSequencedMap(tensors);
        this.owned = owned;
    }

    /** {@return the strings about the file as a whole, in file order} */
    public SequencedMap<String, String> metadata() {
        return metadata;
    }

    /** {@return the names of the tensors, in the order of their bytes in the file} */
    public SequencedSet<String> names() {
        return tensors.sequencedKeySet();
    }

    /** {@return the tensors, in the order of their bytes in the file} */
    public Collection<TensorView> tensors() {
        return tensors.values();
    }

    /**
     * Finds a tensor.
     *
     * @param name its name
     * @return the tensor
     * @throws IllegalArgumentException if there is none of that name
     */
    public TensorView tensor(String name) {
        TensorView tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor \"" + name + "\" among the " + tensors.size());
        }
        return tensor;
    }

    /**
     * Views a tensor as a read-only matrix, without a copy; see {@link TensorView#matrix}.
     *
     * @param name its name
     * @return a view of the file
     * @throws IllegalArgumentException if there is none of that name, or no matrix can hold it
     */
    public Matrix matrix(String name) {
        return tensor(name).matrix();
    }

    /** Unmaps the file, unless it was opened in an arena of the caller's; idempotent. */
    @Override
    public void close() {
        if (owned != null && owned.scope().isAlive()) {
            owned.close();
        }
    }
}
