package org.isospin.backend;

import java.util.Arrays;

/** Row numbers on the heap. */
final class HostIndices implements Indices {
    int[] values = {};
    private int length;

    /**
     * {@return row numbers as what every host stream makes of them}
     *
     * @param indices row numbers of a host stream
     */
    static HostIndices of(Indices indices) {
        return (HostIndices) indices;
    }

    /**
     * Becomes a number of zeros.
     *
     * @param length how many
     */
    void reset(int length) {
        if (values.length < length) {
            values = new int[length];
        } else {
            Arrays.fill(values, 0, length, 0);
        }
        this.length = length;
    }

    @Override
    public int length() {
        return length;
    }
}
