/**
 * The CUDA backend: devices, streams, memory, kernels of our own beside cuBLAS and cuSOLVER, and device matrices for callers.
 * Algorithms live in core; every call into native code goes through {@code org.isospin.ffm}.
 */
@NullMarked
package org.isospin.gpu;

import org.jspecify.annotations.NullMarked;
