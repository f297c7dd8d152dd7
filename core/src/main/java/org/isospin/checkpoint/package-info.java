/**
 * Safetensors files: a strict memory-mapped reader and an atomic writer.
 *
 * <p>{@link org.isospin.checkpoint.Safetensors} opens a file, {@link org.isospin.checkpoint.SafetensorsWriter} makes one.
 * Every type of the format passes through as bytes; those that a {@link org.isospin.Matrix} can hold are viewed as
 * matrices without a copy. No arithmetic lives here.
 */
@NullMarked
package org.isospin.checkpoint;

import org.jspecify.annotations.NullMarked;
