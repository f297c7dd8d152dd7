package org.isospin;

import java.lang.foreign.MemorySegment;

/** Where the elements of a {@link Matrix} are: in memory that Java can address, or on a device. */
public sealed interface Storage {
    /** {@return the size of this storage in bytes} */
    long byteSize();

    /** {@return whether elements must not be written} */
    boolean isReadOnly();

    /**
     * Memory that Java can address: a heap array, an arena's memory or a mapped file.
     *
     * @param segment the memory
     */
    record Host(MemorySegment segment) implements Storage {
        @Override
        public long byteSize() {
            return segment.byteSize();
        }

        @Override
        public boolean isReadOnly() {
            return segment.isReadOnly();
        }
    }

    /** Memory of a device, opaque to all but the backend that allocated it. */
    abstract non-sealed class Device implements Storage {
        /** For backends. */
        protected Device() {}

        /** {@return the device in words, for messages} */
        public abstract String device();

        /**
         * Copies a matrix to or from this storage, converting it, and waits until that is done.
         *
         * @param source on this device or on the host
         * @param target of the same shape, on this device or on the host; one of the two is in this storage
         */
        public abstract void copy(Matrix source, Matrix target);

        /**
         * {@return a row-major matrix of zeros on the same device, which lives as long as this storage does}
         *
         * @param dtype element type
         * @param rows number of rows
         * @param columns number of columns
         * @throws DeviceOutOfMemoryException if the device has not enough memory
         */
        public abstract Matrix allocate(DType dtype, int rows, int columns);
    }
}
