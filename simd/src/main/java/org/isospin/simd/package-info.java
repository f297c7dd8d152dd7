/** The kernels of the host in the Vector API. Nothing here is exported: the backend is found by its provider. */
@NullMarked
package org.isospin.simd;

import org.jspecify.annotations.NullMarked;
