package org.isospin.placement;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The operations that are placed as whole calls where their operands are in host memory. Each takes a time that grows with the
 * cube of an {@link #order}, and moves a number of elements that grows with its square, which is why large calls are worth
 * their transfers and small ones are not.
 *
 * <p>Products and measures of orthogonality are not among them: they do too little with each element, and stay where the data
 * is. Methods that differ by a constant factor share an entry: expm1 is {@link #EXP}, the truncated Cayley series is
 * {@link #CAYLEY_NEUMANN}, whose profile is of order 3; {@link #MSIGN} is profiled in five steps. More steps take longer in
 * both places alike.
 */
public enum Operation {
    /** exp of a skew matrix, n × n. */
    EXP(Shape.SQUARE),
    /** The Cayley transform, n × n. */
    CAYLEY(Shape.SQUARE),
    /** The skew matrix of a rotation, n × n. */
    INVERSE_CAYLEY(Shape.SQUARE),
    /** The truncated Cayley transform, n × n. */
    CAYLEY_NEUMANN(Shape.SQUARE),
    /** A random orthogonal matrix, m × n. */
    HAAR(Shape.ANY),
    /** An approximate polar factor by a schedule of polynomials, m × n. */
    MSIGN(Shape.ANY),
    /** The polar factor, m × n. */
    POLAR(Shape.ANY),
    /** The rotation that turns one m × n matrix to another. */
    PROCRUSTES(Shape.ANY),
    /** All singular values, m × n. */
    SINGULAR_VALUES(Shape.ANY),
    /** The thin singular value decomposition, m × n. */
    SVD(Shape.ANY),
    /** The thin QR decomposition, m × n, m ≥ n. */
    QR(Shape.ANY),
    /** The inverse, n × n. */
    INVERSE(Shape.SQUARE);

    private enum Shape {
        SQUARE,
        ANY
    }

    private final Shape shape;

    Operation(Shape shape) {
        this.shape = shape;
    }

    /** {@return the name in profiles and tables: lower case, with hyphens} */
    public String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * {@return the operation of a title}
     *
     * @param title its name, in any case
     */
    public static Optional<Operation> of(String title) {
        String wanted = title.toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(o -> o.title().equals(wanted)).findFirst();
    }

    /**
     * Refuses a shape that the operation does not take.
     *
     * @param rows m, of the operand, or of the output where there is none
     * @param columns n
     * @throws IllegalArgumentException if a number is negative, or the two differ where they must not
     */
    public void requireShape(int rows, int columns) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException(title() + ": negative shape " + rows + " x " + columns);
        }
        if (shape == Shape.SQUARE && rows != columns) {
            throw new IllegalArgumentException(title() + ": the operand must be square, not " + rows + " x " + columns);
        }
    }

    /**
     * {@return the order of the square matrices that take as many operations: ∛(p²q), p the lesser and q the greater of m and n;
     * for Procrustes problems, whose result is n × n, ∛(n²·max(m, n))}
     *
     * @param rows m
     * @param columns n
     */
    public double order(int rows, int columns) {
        double greater = Math.max(rows, columns);
        double lesser = this == PROCRUSTES ? columns : Math.min(rows, columns);
        // StrictMath: the same bits interpreted and compiled, so that a call never changes its place.
        return StrictMath.cbrt(lesser * lesser * greater);
    }

    /**
     * {@return the elements that go to a device before the call}
     *
     * @param rows m
     * @param columns n
     */
    public double uploaded(int rows, int columns) {
        double all = (double) rows * columns;
        return switch (this) {
            case EXP, CAYLEY, CAYLEY_NEUMANN -> all / 2;
            case HAAR -> 0;
            case PROCRUSTES -> 2 * all;
            case INVERSE_CAYLEY, MSIGN, POLAR, SINGULAR_VALUES, SVD, QR, INVERSE -> all;
        };
    }

    /**
     * {@return the elements that come back from a device after the call}
     *
     * @param rows m
     * @param columns n
     */
    public double downloaded(int rows, int columns) {
        double all = (double) rows * columns;
        double p = Math.min(rows, columns);
        return switch (this) {
            case EXP, CAYLEY, CAYLEY_NEUMANN, HAAR, MSIGN, POLAR, INVERSE -> all;
            case INVERSE_CAYLEY -> all / 2;
            case PROCRUSTES -> (double) columns * columns;
            case SINGULAR_VALUES -> p;
            case SVD -> (rows + 1.0 + columns) * p;
            case QR -> all + (double) columns * columns;
        };
    }
}
