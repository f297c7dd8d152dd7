package org.isospin.bench.problem;

import org.isospin.Isospin;
import org.isospin.backend.ComputeStream;

/**
 * What a backend is called through.
 *
 * @param context for the public operations
 * @param stream for kernels that have no public operation of their own
 */
public record Session(Isospin context, ComputeStream stream) {}
