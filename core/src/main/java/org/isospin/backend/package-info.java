/**
 * The contract between algorithms and hardware, and the plain-Java backend that defines what it means.
 *
 * <p>A {@link org.isospin.backend.Backend} opens {@link org.isospin.backend.ComputeStream streams}; a stream offers
 * {@link org.isospin.backend.Kernels} (required) and factorizations built on them (overridable). Exported to Isospin's
 * own modules only, until version 1.0. No algorithm of a named method lives here.
 */
@NullMarked
package org.isospin.backend;

import org.jspecify.annotations.NullMarked;
