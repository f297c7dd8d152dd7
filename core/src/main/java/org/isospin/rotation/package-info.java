/** Maps onto the rotations and back: exp, the Cayley family, Haar matrices. */
@NullMarked
package org.isospin.rotation;

import org.jspecify.annotations.NullMarked;
