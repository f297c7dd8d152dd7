package org.isospin.gpu;

import java.util.ArrayList;
import java.util.List;
import org.isospin.BackendUnavailableException;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.SkewMatrix;
import org.isospin.ffm.cuda.CudaStatus;

/**
 * Matrices in device memory that live until the scope is closed. Every operation of a context on the CUDA backend, or of an
 * automatic one, takes them where it takes host matrices, without a copy, and returns before the device has finished: calls that
 * use the same matrix run in the order in which they were made.
 *
 * <pre>{@code
 * try (Isospin iso = Isospin.named("cuda"); DeviceScope scope = DeviceScope.open()) {
 *     Matrix a = scope.upload(host);
 *     Matrix q = scope.allocate(DType.F32, n, n);
 *     iso.polar(a, q);
 *     q.copyTo(result);                       // waits
 * }
 * }</pre>
 *
 * <p>Elements are reached by {@link Matrix#copyTo} alone. Safe for concurrent callers. An access after {@link #close} throws
 * {@link IllegalStateException}, as does a close while a call that uses its matrices is running, which then closes nothing.
 */
public final class DeviceScope implements AutoCloseable {
    private final Device device;
    private final List<DeviceBlock> blocks = new ArrayList<>();
    private int calls;
    private boolean isClosed;

    private DeviceScope(Device device) {
        this.device = device;
    }

    /**
     * {@return a new scope on the device that the system property {@code isospin.cuda.device} names, the first one without it}
     *
     * @throws BackendUnavailableException if CUDA cannot be used here; the message says why
     */
    public static DeviceScope open() {
        requireUsable();
        return new DeviceScope(Device.open());
    }

    /**
     * {@return a new scope on a device, for contexts on the same one, as {@code Isospin.named("cuda:1")} is}
     *
     * @param device its number, from 0
     * @throws BackendUnavailableException if CUDA cannot be used here; the message says why
     * @throws IllegalArgumentException if there is no such device
     */
    public static DeviceScope open(int device) {
        requireUsable();
        return new DeviceScope(Device.open(device));
    }

    private static void requireUsable() {
        CudaStatus status = CudaStatus.get();
        if (!status.isUsable()) {
            throw new BackendUnavailableException("no device memory: " + status.reason());
        }
    }

    /**
     * Allocates a row-major matrix; its elements are unspecified.
     *
     * @param dtype element type
     * @param rows number of rows
     * @param columns number of columns
     * @return a matrix on the device
     * @throws org.isospin.DeviceOutOfMemoryException if the device has not enough memory
     */
    public synchronized Matrix allocate(DType dtype, int rows, int columns) {
        requireOpen();
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException("negative shape " + rows + " x " + columns);
        }
        device.bind();
        long bytes = Math.multiplyExact(Math.multiplyExact((long) rows, columns), dtype.bytes());
        DeviceBlock block = new DeviceBlock(device, bytes, this);
        blocks.add(block);
        return Matrix.wrap(block, 0, dtype, rows, columns, columns, Order.ROW_MAJOR);
    }

    /**
     * {@return a row-major copy on the device}
     *
     * @param source a matrix on the host or on this device
     */
    public Matrix upload(Matrix source) {
        Matrix copy = allocate(source.dtype(), source.rows(), source.columns());
        source.copyTo(copy);
        return copy;
    }

    /**
     * {@return a copy on the device}
     *
     * @param source a skew matrix on the host or on this device
     */
    public SkewMatrix upload(SkewMatrix source) {
        return SkewMatrix.wrap(source.order(), upload(source.packed()));
    }

    private void requireOpen() {
        if (isClosed) {
            throw new IllegalStateException("the scope on " + device.describe() + " is closed");
        }
    }

    /** A call begins to use memory of this scope. */
    synchronized void enter() {
        requireOpen();
        calls++;
    }

    /** Such a call has enqueued its work. */
    synchronized void leave() {
        calls--;
    }

    /**
     * Frees every matrix of this scope, after what the device still does with them. Idempotent.
     *
     * @throws IllegalStateException if a call that uses one of its matrices is running right now
     */
    @Override
    public synchronized void close() {
        if (!isClosed) {
            if (calls > 0) {
                throw new IllegalStateException("the scope on " + device.describe()
                        + " cannot be closed: a running call uses its matrices; close it when the call has returned");
            }
            isClosed = true;
            blocks.forEach(DeviceBlock::close);
            blocks.clear();
            device.close();
        }
    }
}
