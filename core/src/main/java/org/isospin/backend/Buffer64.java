package org.isospin.backend;

/** An F64 array that grows to its largest use and stays; what it held is lost when it grows. */
final class Buffer64 {
    private double[] array = {};

    /**
     * {@return the array, of at least that many elements}
     *
     * @param length how many
     */
    double[] of(long length) {
        if (array.length < length) {
            array = new double[Math.toIntExact(length)];
        }
        return array;
    }
}
