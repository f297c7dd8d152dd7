package org.isospin.bench.calls;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;

/** What {@link FirstResult} starts: a program that computes one product on the device and ends. */
public final class FirstProduct {
    private static final double VALUE = 0.5;

    private FirstProduct() {}

    /**
     * Prints an element of the product of two matrices of equal elements ½: n/4.
     *
     * @param arguments the order
     */
    public static void main(String[] arguments) {
        int n = Integer.parseInt(arguments[0]);
        float[] halves = new float[n * n];
        java.util.Arrays.fill(halves, (float) VALUE);
        Matrix a = Matrix.wrap(halves, n, n);
        Matrix c = Matrix.allocate(DType.F32, n, n);
        try (Isospin iso = Isospin.named("cuda")) {
            iso.multiply(a, a, c);
        }
        System.out.println(c.get(n - 1, n - 1));
    }
}
