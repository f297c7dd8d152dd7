/**
 * Where calls are worth computing: what each operation moves and takes, on the processor and on a device, measured or assumed,
 * and which of the two is faster. Predictions are functions of operation, shape, type and profile alone. Nothing here runs an
 * operation or opens a device.
 */
@NullMarked
package org.isospin.placement;

import org.jspecify.annotations.NullMarked;
