/** {@code isospin gpu-check}: everything that a GPU host is asked, in one command. */
@NullMarked
package org.isospin.bench.gpucheck;

import org.jspecify.annotations.NullMarked;
