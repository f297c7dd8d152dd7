package org.isospin.backend;

/** A number on the heap. */
final class HostScalar implements Scalar {
    double value;

    /**
     * {@return a scalar as what every host stream makes of it}
     *
     * @param scalar a scalar of a host stream
     */
    static HostScalar of(Scalar scalar) {
        return (HostScalar) scalar;
    }

    /**
     * Reports a failure, unless an earlier one is there already.
     *
     * @param status the status scalar
     * @param code the failure, not 0
     */
    static void fail(Scalar status, int code) {
        HostScalar s = of(status);
        if (s.value == 0) {
            s.value = code;
        }
    }
}
