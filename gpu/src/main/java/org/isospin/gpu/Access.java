package org.isospin.gpu;

/** What a kernel does with an operand. */
enum Access {
    /** Its elements are read. */
    READ,
    /** Every element is written, none is read. */
    WRITE,
    /** Elements are read and written, or some are not written. */
    UPDATE
}
