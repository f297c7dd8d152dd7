package org.isospin.properties;

import java.util.Locale;
import java.util.function.Supplier;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/** Applies maps to inputs, into outputs full of NaN, and names the inputs. */
final class Subjects {
    private Subjects() {}

    static Dense apply(SkewMap map, SkewMatrix a) {
        Matrix out = Generators.garbage(Matrix.allocate(a.dtype(), a.order(), a.order()));
        map.apply(a, out);
        return Dense.of(out);
    }

    static Dense apply(MatrixMap map, DType dtype, Dense a) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, a.rows(), a.columns()));
        map.apply(a.to(dtype), out);
        return Dense.of(out);
    }

    static Dense apply(PairMap map, DType dtype, Dense a, Dense b) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, a.columns(), a.columns()));
        map.apply(a.to(dtype), b.to(dtype), out);
        return Dense.of(out);
    }

    /** {@return the smallest positive number of a type: what a sum that underflows may be off by, besides u} */
    static double underflow(DType dtype) {
        return switch (dtype) {
            case F64 -> Double.MIN_VALUE;
            case F32 -> Float.MIN_VALUE;
            case BF16 -> 0x1p-133;
            case F16 -> 0x1p-24;
        };
    }

    static String describe(SkewMatrix a) {
        return String.format(
                Locale.ROOT,
                "%s, n = %d, norm %.3g",
                a.dtype(),
                a.order(),
                Dense.of(a).norm2());
    }

    static String describe(DType dtype, Dense a) {
        return dtype + ", " + a.rows() + " x " + a.columns();
    }

    /**
     * {@return the law that NaN in an input is told: by a NaN or an infinity in the result, or by the exception for arguments
     * or arithmetic}
     *
     * @param name the map
     * @param subject the input
     * @param computation applies the map to it
     */
    static LawResult nan(String name, String subject, Supplier<Dense> computation) {
        double hidden;
        try {
            hidden = computation.get().isFinite() ? 1 : 0;
        } catch (IllegalArgumentException | ArithmeticException _) {
            hidden = 0;
        }
        return new LawResult(name + " hides no NaN", subject, hidden, 0);
    }

    /** {@return a power of two so small that squares underflow in a type, or even elements would in F16; no digit is lost} */
    static double tiny(DType dtype) {
        return switch (dtype) {
            case F64 -> 0x1p-600;
            case F32, BF16 -> 0x1p-80;
            case F16 -> 0x1p-2;
        };
    }
}
