package org.isospin;

/** What operations take and write: a view of elements that somebody else owns, on the host or on a device. */
public sealed interface Operand permits Matrix, MatrixBatch, SkewMatrix, SkewBatch {
    /** {@return the element type} */
    DType dtype();

    /** {@return the memory under this view} */
    Storage storage();
}
