/** The CUDA backend: so far its gate, which says whether CUDA is there and that there are no kernels yet. */
@NullMarked
package org.isospin.gpu;

import org.jspecify.annotations.NullMarked;
