package org.isospin.backend;

/** Row numbers in an array that is at least as long as it has to be. */
final class HostIndices implements Indices {
    int[] values = new int[0];
    private int length;

    static int[] of(Indices indices) {
        return ((HostIndices) indices).values;
    }

    void resize(int length) {
        if (values.length < length) {
            values = new int[length];
        }
        java.util.Arrays.fill(values, 0, length, 0);
        this.length = length;
    }

    @Override
    public int length() {
        return length;
    }
}
