package org.isospin.backend;

/** A scalar in a field. */
final class HostScalar implements Scalar {
    double value;

    static HostScalar of(Scalar scalar) {
        return (HostScalar) scalar;
    }
}
