package org.isospin.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens safetensors files of any size, mapped into memory.
 *
 * <p>A file is an 8-byte little-endian length, that many bytes of JSON that tell each tensor's type, shape and place, and
 * the tensors' bytes. Every rule of the format is checked before anything is returned: the header's length and its
 * cap of 100 MB, strict JSON in UTF-8 without duplicate keys, known types, sizes that match shapes, and tensors that
 * cover the data without holes or overlaps. Beyond the format, a tensor has at most 64 dimensions and no keys but
 * {@code dtype}, {@code shape} and {@code data_offsets}.
 */
public final class Safetensors {
    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Safetensors() {}

    /**
     * Opens a file; closing the checkpoint unmaps it.
     *
     * @param file the file
     * @return the checkpoint, usable from any thread
     * @throws CheckpointFormatException if the file breaks a rule of the format
     * @throws IOException if it cannot be read
     */
    public static Checkpoint open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        Checkpoint checkpoint = null;
        try {
            checkpoint = open(file, arena, arena);
            return checkpoint;
        } finally {
            if (checkpoint == null) {
                arena.close();
            }
        }
    }

    /**
     * Opens a file in an arena, which decides how long the mapping lives and which threads may use it.
     *
     * @param file the file
     * @param arena the mapping's owner
     * @return the checkpoint; closing it does nothing
     * @throws CheckpointFormatException if the file breaks a rule of the format
     * @throws IOException if it cannot be read
     */
    public static Checkpoint open(Path file, Arena arena) throws IOException {
        return open(file, arena, null);
    }

    private static Checkpoint open(Path file, Arena arena, @Nullable Arena owned) throws IOException {
        MemorySegment all = map(file, arena);
        String name = file.toString();
        if (all.byteSize() < LENGTH.byteSize()) {
            throw new CheckpointFormatException(
                    name,
                    "header",
                    "the file has " + all.byteSize() + " bytes, fewer than the 8 of the header's length");
        }
        long length = all.get(LENGTH, 0);
        if (length < 0 || length > SafetensorsHeader.MAX_BYTES) {
            throw new CheckpointFormatException(
                    name,
                    "header",
                    "a length of " + Long.toUnsignedString(length) + " bytes; at most " + SafetensorsHeader.MAX_BYTES
                            + " are allowed");
        }
        long dataStart = LENGTH.byteSize() + length;
        if (dataStart > all.byteSize()) {
            throw new CheckpointFormatException(
                    name,
                    "header",
                    "needs " + length + " bytes; the file has " + (all.byteSize() - 8) + " after its length");
        }
        SafetensorsHeader header =
                SafetensorsHeader.parse(name, all.asSlice(LENGTH.byteSize(), length), all.byteSize() - dataStart);
        SequencedMap<String, TensorView> tensors =
                LinkedHashMap.newLinkedHashMap(header.tensors().size());
        for (SafetensorsHeader.Entry entry : header.tensors()) {
            MemorySegment bytes = all.asSlice(dataStart + entry.begin, entry.end - entry.begin);
            tensors.put(entry.name, new TensorView(entry.name, entry.type, entry.shape, bytes));
        }
        return new Checkpoint(header.metadata(), tensors, owned);
    }

    private static MemorySegment map(Path file, Arena arena) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new FileSystemException(file.toString(), null, "not a regular file");
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }
}
