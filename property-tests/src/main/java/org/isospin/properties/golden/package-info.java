/**
 * Golden vectors: cases with inputs, expected outputs and tolerances, read from files, computed on a backend and compared.
 *
 * <p>A folder ({@link org.isospin.properties.golden.GoldenFolder}) holds groups, each a JSON manifest beside a safetensors
 * file; a group holds cases, and a case is computed in up to three modes: in F64, in F32, and as the reference computed
 * it, with bfloat16 inside. {@link org.isospin.properties.golden.GoldenRunner} knows for each group which calls of Isospin
 * a case stands for. No type of the JSON parser appears in this package's API.
 */
@NullMarked
package org.isospin.properties.golden;

import org.jspecify.annotations.NullMarked;
