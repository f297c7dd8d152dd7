package org.isospin.simd;

/** Which elements of a product are wanted. */
enum Region {
    /** All. */
    ALL,
    /** Those on and below the diagonal. */
    LOWER,
    /** Those on and above the diagonal. */
    UPPER;

    /** {@return the same elements of the transpose} */
    Region transposed() {
        return switch (this) {
            case ALL -> ALL;
            case LOWER -> UPPER;
            case UPPER -> LOWER;
        };
    }

    /** {@return whether a block contains a wanted element} */
    boolean meets(int row, int rows, int column, int columns) {
        return switch (this) {
            case ALL -> true;
            case LOWER -> column < row + rows;
            case UPPER -> row < column + columns;
        };
    }

    /** {@return the first wanted column of a row} */
    int firstColumn(int row) {
        return this == UPPER ? row : 0;
    }

    /** {@return one past the last wanted column of a row} */
    int endColumn(int row) {
        return this == LOWER ? row + 1 : Integer.MAX_VALUE;
    }
}
