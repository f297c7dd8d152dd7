package org.isospin.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * How wide the vectors of this JVM are: as wide as the machine's, unless the property {@value #PROPERTY} asks for 128, 256
 * or 512 bits. Fixed when the class is loaded, so that the compiler sees constants.
 */
final class VectorWidth {
    /** The property that forces a width. */
    static final String PROPERTY = "isospin.simd.width";

    /** The narrowest vectors that kernels are written for, in bits. */
    static final int NARROWEST = 128;

    /** The machine's own width in bits. */
    static final int NATIVE_BITS = FloatVector.SPECIES_PREFERRED.vectorBitSize();

    /** The width of kernels in bits. */
    static final int BITS = choose(System.getProperty(PROPERTY, ""), NATIVE_BITS);

    /** Vectors of F32 elements. */
    static final VectorSpecies<Float> FLOATS = VectorShape.forBitSize(BITS).withLanes(float.class);

    /** Vectors of F64 elements. */
    static final VectorSpecies<Double> DOUBLES = VectorShape.forBitSize(BITS).withLanes(double.class);

    private VectorWidth() {}

    private static int choose(String wanted, int widest) {
        return complaint(wanted, widest).isEmpty() && !wanted.isEmpty() ? Integer.parseInt(wanted) : widest;
    }

    /** {@return why kernels cannot run with the vectors of this JVM, in one sentence; empty if they can} */
    static String complaint() {
        return complaint(System.getProperty(PROPERTY, ""), NATIVE_BITS);
    }

    /**
     * {@return why a width cannot be had, in one sentence; empty if it can}
     *
     * @param wanted the property's value, empty for the machine's own width
     * @param widest the machine's own width
     */
    static String complaint(String wanted, int widest) {
        if (widest < NARROWEST) {
            return "vectors of this JVM have " + widest + " bits, fewer than " + NARROWEST
                    + "; remove -XX:MaxVectorSize or run on a processor with wider ones";
        }
        return switch (wanted) {
            case "" -> "";
            case "128", "256", "512" ->
                Integer.parseInt(wanted) <= widest
                        ? ""
                        : PROPERTY + " is " + wanted + ", but vectors of this machine have " + widest
                                + " bits; set a smaller one or none";
            default -> PROPERTY + " is '" + wanted + "'; set 128, 256 or 512";
        };
    }
}
