package org.isospin.bench.problem;

import java.util.random.RandomGenerator;

/**
 * A dense random rotation that is applied to a vector in O(n log n): layers of plane rotations by random angles in random
 * disjoint planes, enough of them that every element reaches every other. Exact up to a few u of F64.
 */
public final class RandomRotation {
    /** Layers beyond log₂ n, so that elements are mixed and not just reached. */
    private static final int EXTRA_LAYERS = 3;

    private final int n;
    private final int[][] orders;
    private final double[][] cosines;
    private final double[][] sines;

    /**
     * Draws a rotation.
     *
     * @param n its order
     * @param random draws planes and angles
     */
    public RandomRotation(int n, RandomGenerator random) {
        this.n = n;
        int layers = 32 - Integer.numberOfLeadingZeros(Math.max(0, n - 1)) + EXTRA_LAYERS;
        orders = new int[layers][];
        cosines = new double[layers][n / 2];
        sines = new double[layers][n / 2];
        for (int l = 0; l < layers; l++) {
            orders[l] = shuffled(n, random);
            for (int k = 0; k < n / 2; k++) {
                double angle = 2 * Math.PI * random.nextDouble();
                cosines[l][k] = Math.cos(angle);
                sines[l][k] = Math.sin(angle);
            }
        }
    }

    private static int[] shuffled(int n, RandomGenerator random) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** {@return Q·v} */
    double[] apply(double[] v) {
        double[][] column = column(v);
        applyTo(column);
        return flat(column);
    }

    /** {@return Qᵀ·v} */
    double[] applyTransposed(double[] v) {
        double[][] column = column(v);
        applyTransposedTo(column);
        return flat(column);
    }

    /**
     * {@return Q·diag(d)·Pᵀ, by rows}
     *
     * @param diagonal d
     * @param p P
     */
    public double[][] times(double[] diagonal, RandomRotation p) {
        double[][] m = new double[n][n];
        for (int i = 0; i < n; i++) {
            m[i][i] = 1;
        }
        p.applyTransposedTo(m);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                m[i][j] *= diagonal[i];
            }
        }
        applyTo(m);
        return m;
    }

    /** rows ← Q·rows. */
    void applyTo(double[][] rows) {
        for (int l = 0; l < orders.length; l++) {
            for (int k = 0; k < n / 2; k++) {
                turn(rows[orders[l][2 * k]], rows[orders[l][2 * k + 1]], cosines[l][k], sines[l][k]);
            }
        }
    }

    /** rows ← Qᵀ·rows. */
    void applyTransposedTo(double[][] rows) {
        for (int l = orders.length - 1; l >= 0; l--) {
            for (int k = 0; k < n / 2; k++) {
                turn(rows[orders[l][2 * k]], rows[orders[l][2 * k + 1]], cosines[l][k], -sines[l][k]);
            }
        }
    }

    private static void turn(double[] a, double[] b, double cosine, double sine) {
        for (int j = 0; j < a.length; j++) {
            double x = a[j];
            double y = b[j];
            a[j] = cosine * x - sine * y;
            b[j] = sine * x + cosine * y;
        }
    }

    private static double[][] column(double[] v) {
        double[][] column = new double[v.length][1];
        for (int i = 0; i < v.length; i++) {
            column[i][0] = v[i];
        }
        return column;
    }

    private static double[] flat(double[][] column) {
        double[] v = new double[column.length];
        for (int i = 0; i < v.length; i++) {
            v[i] = column[i][0];
        }
        return v;
    }
}
