/** {@code isospin calibrate}: how long calls take on this machine's processor and device, for the placement of later ones. */
@NullMarked
package org.isospin.bench.calibrate;

import org.jspecify.annotations.NullMarked;
