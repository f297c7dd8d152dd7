package org.isospin.backend;

import org.isospin.DType;
import org.isospin.Matrix;

/** Checks at the public edge; every message names the operation, the operand and both sides of a mismatch. */
public final class Operands {
    private Operands() {}

    /**
     * {@return the type to compute in: F64 if either type is, else F32}
     *
     * @param operand an input's type
     * @param out an output's type
     */
    public static DType computeType(DType operand, DType out) {
        return operand == DType.F64 || out == DType.F64 ? DType.F64 : DType.F32;
    }

    /**
     * Requires a square matrix.
     *
     * @param operation the operation, for the message
     * @param name the operand, for the message
     * @param m the matrix
     */
    public static void requireSquare(String operation, String name, Matrix m) {
        if (!m.isSquare()) {
            throw new IllegalArgumentException(operation + ": " + name + " must be square, not " + m);
        }
    }

    /**
     * Requires a shape.
     *
     * @param operation the operation, for the message
     * @param name the operand, for the message
     * @param m the matrix
     * @param rows its rows
     * @param columns its columns
     */
    public static void requireShape(String operation, String name, Matrix m, int rows, int columns) {
        if (m.rows() != rows || m.columns() != columns) {
            throw new IllegalArgumentException(
                    operation + ": " + name + " must be " + rows + " x " + columns + ", not " + m);
        }
    }

    /**
     * Requires an output of a shape that may be written.
     *
     * @param operation the operation, for the message
     * @param name the operand, for the message
     * @param m the matrix
     * @param rows its rows
     * @param columns its columns
     */
    public static void requireOutput(String operation, String name, Matrix m, int rows, int columns) {
        requireShape(operation, name, m, rows, columns);
        if (m.isReadOnly()) {
            throw new IllegalArgumentException(operation + ": " + name + " is an output but read-only: " + m);
        }
    }

    /**
     * Requires two matrices of one shape.
     *
     * @param operation the operation, for the message
     * @param a one matrix
     * @param b another
     */
    public static void requireSameShape(String operation, Matrix a, Matrix b) {
        if (a.rows() != b.rows() || a.columns() != b.columns()) {
            throw new IllegalArgumentException(operation + ": the shapes of " + a + " and " + b + " differ");
        }
    }
}
