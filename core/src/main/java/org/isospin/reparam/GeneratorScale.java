package org.isospin.reparam;

/**
 * What a trained number is multiplied by before it is an element of a generator. A skew matrix of b coordinates whose elements all
 * change by about η, as Adam's steps do, changes by about 2η√b in norm: larger blocks turn faster, unless that is divided out.
 */
public enum GeneratorScale {
    /** 1: the published form. */
    NONE,
    /** 1/(2√(b − 1)), by the norm that a skew matrix of unit variance is expected to have (OneTrainer's scaled OFT). */
    EXPECTED_NORM,
    /** 1/√(b(b − 1)/2), by the root of how many numbers a block has (zqiu24/oft). */
    ROOT_ELEMENTS;

    /**
     * {@return the factor}
     *
     * @param blockSize b; blocks of 0 or 1 have no numbers, and the factor 1
     */
    public double factor(int blockSize) {
        if (blockSize < 2) {
            return 1;
        }
        double b = blockSize;
        return switch (this) {
            case NONE -> 1;
            case EXPECTED_NORM -> 1 / (2 * Math.sqrt(b - 1));
            case ROOT_ELEMENTS -> 1 / Math.sqrt(b * (b - 1) / 2);
        };
    }
}
