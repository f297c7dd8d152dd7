package org.isospin;

/** Which elements of a matrix lie next to each other in memory. */
public enum Order {
    /** Elements of a row are adjacent; the stride is the distance between rows. */
    ROW_MAJOR,
    /** Elements of a column are adjacent; the stride is the distance between columns. */
    COLUMN_MAJOR;

    /** {@return the other order, which is what transposition makes of this one} */
    public Order transposed() {
        return this == ROW_MAJOR ? COLUMN_MAJOR : ROW_MAJOR;
    }
}
