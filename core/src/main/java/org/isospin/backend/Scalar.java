package org.isospin.backend;

/**
 * An F64 number that lives where the backend computes. Only {@link ComputeStream#read} brings it to the caller, and
 * only that call waits. A scalar belongs to the stream that made it, until that stream's scratch is released.
 */
public interface Scalar {}
