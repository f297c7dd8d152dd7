/** Orthogonality and spectra, measured. */
@NullMarked
package org.isospin.measure;

import org.jspecify.annotations.NullMarked;
