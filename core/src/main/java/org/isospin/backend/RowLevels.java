package org.isospin.backend;

/** How {@link Kernels#quantizeRows} spreads 256 levels over a row of least element l and largest element h. */
public enum RowLevels {
    /** From l to h: scale (h − l)/255, offset l. Codes are within half a scale of any element, and l is exact. */
    RANGE,
    /**
     * Scale max(h − l, 10⁻⁵)/255, and a level z for zero, −l/scale rounded and kept within 0 … 255: offset −z·scale. Elements of
     * a row that zero is outside of are cut off at 0 or 255 scales.
     */
    ZERO_LEVEL
}
