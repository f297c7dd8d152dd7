/**
 * Orthogonality, spectra and the energy of neurons on the sphere, measured; and predicted: what noise makes of a spectrum, and what
 * momentum makes of noise.
 */
@NullMarked
package org.isospin.measure;

import org.jspecify.annotations.NullMarked;
