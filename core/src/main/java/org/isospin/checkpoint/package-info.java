/** Safetensors files: a strict memory-mapped reader and an atomic writer. */
@NullMarked
package org.isospin.checkpoint;

import org.jspecify.annotations.NullMarked;
