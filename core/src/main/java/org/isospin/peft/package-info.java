/**
 * Orthogonal adapters in the files of Hugging Face PEFT, {@code adapter_config.json} and {@code adapter_model.safetensors}: OFT and
 * BOFT, read, checked against what the versions of PEFT make of the same numbers, and written. No arithmetic lives here: rotations
 * are {@link org.isospin.reparam}'s.
 */
@NullMarked
package org.isospin.peft;

import org.jspecify.annotations.NullMarked;
