package org.isospin.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.ffm.cuda.CudaRuntime;
import org.jspecify.annotations.Nullable;

/**
 * Device copies of the host memory that one call uses. The bytes from the first to the last element of an operand are
 * uploaded when the operand is met first; views of it find them there; what was written goes back to the host when the call
 * is complete, elements only, never the bytes between them.
 */
final class HostMirrors {
    private final Device device;
    private final MemorySegment stream;
    private final Transfers transfers;
    private final MemorySegment out;
    private final List<Mirror> mirrors = new ArrayList<>();
    private final List<Mirror> unused = new ArrayList<>();
    private int moves;

    /** A range of bytes of one piece of host memory; used again and again. */
    private static final class Mirror {
        private @Nullable Object memory;
        /** The operand that the range was made for. */
        private @Nullable Matrix owner;

        private final List<Matrix> written = new ArrayList<>();
        private long start;
        private long end;
        private long address;

        void set(Object memory, long start, long end, long address, Matrix owner) {
            this.memory = memory;
            this.start = start;
            this.end = end;
            this.address = address;
            this.owner = owner;
        }

        /** Keeps nothing of a caller's memory from the collector. */
        void clear() {
            memory = null;
            owner = null;
            written.clear();
        }

        Object memory() {
            return Objects.requireNonNull(memory);
        }

        Matrix owner() {
            return Objects.requireNonNull(owner);
        }

        boolean overlaps(Object memory, long start, long end) {
            return memory.equals(this.memory) && this.start < end && start < this.end;
        }

        void write(Matrix m) {
            // A part of the operand stands for all of it, which is there: lists of parts could be long.
            Matrix whole = isPart(m, owner()) ? owner() : m;
            if (!written.contains(whole)) {
                written.add(whole);
            }
        }
    }

    HostMirrors(Device device, MemorySegment stream, Transfers transfers, Arena arena) {
        out = arena.allocate(CudaRuntime.C_POINTER);
        this.device = device;
        this.stream = stream;
        this.transfers = transfers;
    }

    /** {@return whether a matrix is a block of another} */
    private static boolean isPart(Matrix m, Matrix of) {
        if (m.order() != of.order() || m.stride() != of.stride() || m.dtype() != of.dtype() || of.isReadOnly()) {
            return m == of;
        }
        long bytes = m.dtype().bytes();
        long skip = start(m) - start(of);
        if (skip < 0 || skip % bytes != 0 || m.stride() == 0) {
            return false;
        }
        long run = skip / bytes / m.stride();
        long position = skip / bytes % m.stride();
        return run + runs(m) <= runs(of) && position + length(m) <= length(of);
    }

    private static int runs(Matrix m) {
        return m.order() == Order.ROW_MAJOR ? m.rows() : m.columns();
    }

    private static int length(Matrix m) {
        return m.order() == Order.ROW_MAJOR ? m.columns() : m.rows();
    }

    private static long start(Matrix m) {
        return m.segment().address() + m.byteOffset();
    }

    private static long span(Matrix m) {
        return ((runs(m) - 1) * m.stride() + length(m)) * m.dtype().bytes();
    }

    /** {@return what tells, by equality, one piece of memory from another: an array is equal to itself alone} */
    private static Object memory(Matrix m) {
        MemorySegment segment = m.segment();
        return segment.isNative() ? HostMirrors.class : segment.heapBase().orElse(segment);
    }

    /**
     * {@return the device address of a host matrix of at least one element; meeting another operand may move it}
     *
     * @param m the matrix
     * @param access what the kernel will do with it
     */
    long address(Matrix m, Access access) {
        Object memory = memory(m);
        long start = start(m);
        Mirror mirror = find(memory, start, start + span(m));
        if (mirror == null) {
            mirror = make(memory, m, access);
        }
        if (access != Access.READ) {
            mirror.write(m);
        }
        long skip = start - mirror.start;
        if (skip % m.dtype().bytes() != 0) {
            throw new IllegalArgumentException(
                    "operands of one call overlap at odd distances: " + mirror.owner() + " and " + m);
        }
        return mirror.address + skip;
    }

    private @Nullable Mirror find(Object memory, long start, long end) {
        for (int i = 0; i < mirrors.size(); i++) {
            Mirror mirror = mirrors.get(i);
            if (memory.equals(mirror.memory) && mirror.start <= start && end <= mirror.end) {
                return mirror;
            }
        }
        return null;
    }

    /** {@return how often addresses that were told became stale} */
    int moves() {
        return moves;
    }

    /** A mirror of a matrix's range and of every range that overlaps it. */
    private Mirror make(Object memory, Matrix m, Access access) {
        long start = start(m);
        long end = start + span(m);
        long from = start;
        long to = end;
        Matrix owner = m;
        boolean isAlone = true;
        for (int i = 0; i < mirrors.size(); i++) {
            Mirror old = mirrors.get(i);
            if (old.overlaps(memory, start, end)) {
                owner = isAlone ? old.owner() : owner;
                isAlone = false;
                from = Math.min(from, old.start);
                to = Math.max(to, old.end);
            }
        }
        boolean isDense = runs(m) == 1 || length(m) == m.stride();
        boolean isRead = access != Access.WRITE || !isDense || !isAlone;
        long address = device.allocate(to - from, isRead ? transfers.uploads() : stream, out);
        Mirror made = unused.isEmpty() ? new Mirror() : unused.removeLast();
        made.set(memory, from, to, address, owner);
        mirrors.add(made);
        if (isRead) {
            transfers.upload(m.segment(), m.byteOffset(), address + start - from, end - start);
            transfers.uploaded();
        }
        if (!isAlone) {
            merge(made, start, end);
        }
        return made;
    }

    /** Brings the contents of every other mirror that overlaps a range to a new one that holds them all. */
    private void merge(Mirror made, long start, long end) {
        for (int i = mirrors.size() - 1; i >= 0; i--) {
            Mirror old = mirrors.get(i);
            if (old == made || !old.overlaps(made.memory(), start, end)) {
                continue;
            }
            long bytes = old.end - old.start;
            int status = CudaRuntime.cudaMemcpyAsync(
                    MemorySegment.ofAddress(made.address + old.start - made.start),
                    MemorySegment.ofAddress(old.address),
                    bytes,
                    CudaRuntime.cudaMemcpyDeviceToDevice(),
                    stream);
            Status.bytes(status, "cudaMemcpyAsync", bytes, "within the device");
            made.written.addAll(old.written);
            mirrors.remove(i);
            moves++;
            forget(old);
        }
    }

    private void forget(Mirror mirror) {
        long address = mirror.address;
        mirror.clear();
        unused.add(mirror);
        device.free(address, stream);
    }

    /** Brings to the host what was written. */
    void writeBack() {
        for (int i = 0; i < mirrors.size(); i++) {
            Mirror mirror = mirrors.get(i);
            for (int j = 0; j < mirror.written.size(); j++) {
                Matrix m = mirror.written.get(j);
                long bytes = m.dtype().bytes();
                transfers.download(
                        mirror.address + start(m) - mirror.start,
                        m.segment(),
                        m.byteOffset(),
                        m.stride() * bytes,
                        length(m) * bytes,
                        runs(m));
            }
            mirror.written.clear();
        }
    }

    /** Forgets everything. */
    void drop() {
        transfers.settle();
        while (!mirrors.isEmpty()) {
            forget(mirrors.removeLast());
        }
    }
}
