package org.isospin.backend;

import java.util.Arrays;
import java.util.Random;
import org.isospin.DType;
import org.isospin.Matrix;

/** Row arrays as an oracle for matrices: plain loops in F64. */
public final class Dense {
    private Dense() {}

    public static double[][] gaussian(int m, int n, long seed) {
        Random random = new Random(seed);
        double[][] a = new double[m][n];
        for (double[] row : a) {
            for (int j = 0; j < n; j++) {
                row[j] = random.nextGaussian();
            }
        }
        return a;
    }

    public static double[][] identity(int n) {
        double[][] a = new double[n][n];
        for (int i = 0; i < n; i++) {
            a[i][i] = 1;
        }
        return a;
    }

    public static double[][] diagonal(double... d) {
        double[][] a = new double[d.length][d.length];
        for (int i = 0; i < d.length; i++) {
            a[i][i] = d[i];
        }
        return a;
    }

    /** 1/(i + j + 1). */
    public static double[][] hilbert(int m, int n) {
        double[][] a = new double[m][n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                a[i][j] = 1.0 / (i + j + 1);
            }
        }
        return a;
    }

    /** Kahan's upper triangular matrix diag(1, s, s², …)·(I − c·strict upper ones), whose small diagonal hides its rank. */
    public static double[][] kahan(int n, double angle) {
        double s = Math.sin(angle);
        double c = Math.cos(angle);
        double[][] a = new double[n][n];
        double power = 1;
        for (int i = 0; i < n; i++) {
            a[i][i] = power;
            for (int j = i + 1; j < n; j++) {
                a[i][j] = -c * power;
            }
            power *= s;
        }
        return a;
    }

    /** An orthogonal matrix, exact to a few u: a product of three reflections of integer vectors. */
    public static double[][] orthogonal(int n, long seed) {
        Random random = new Random(seed);
        double[][] q = identity(n);
        for (int k = 0; k < 3; k++) {
            double[] v = new double[n];
            double square = 0;
            for (int i = 0; i < n; i++) {
                v[i] = 1 + random.nextInt(9);
                square += v[i] * v[i];
            }
            for (double[] row : q) {
                double dot = 0;
                for (int j = 0; j < n; j++) {
                    dot += row[j] * v[j];
                }
                for (int j = 0; j < n; j++) {
                    row[j] -= 2 * dot * v[j] / square;
                }
            }
        }
        return q;
    }

    /** The first n columns. */
    public static double[][] columns(double[][] a, int n) {
        double[][] b = new double[a.length][];
        for (int i = 0; i < a.length; i++) {
            b[i] = Arrays.copyOf(a[i], n);
        }
        return b;
    }

    public static double[][] multiply(double[][] a, double[][] b) {
        int m = a.length;
        int k = b.length;
        int n = k == 0 ? 0 : b[0].length;
        double[][] c = new double[m][n];
        for (int i = 0; i < m; i++) {
            for (int l = 0; l < k; l++) {
                double factor = a[i][l];
                for (int j = 0; j < n; j++) {
                    c[i][j] += factor * b[l][j];
                }
            }
        }
        return c;
    }

    public static double[][] transpose(double[][] a) {
        int n = a.length == 0 ? 0 : a[0].length;
        double[][] t = new double[n][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < n; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }

    public static double[][] scaled(double[][] a, double factor) {
        double[][] b = new double[a.length][];
        for (int i = 0; i < a.length; i++) {
            b[i] = a[i].clone();
            for (int j = 0; j < b[i].length; j++) {
                b[i][j] *= factor;
            }
        }
        return b;
    }

    /** max |aᵢⱼ − bᵢⱼ|, NaN if any element is NaN. */
    public static double distance(double[][] a, double[][] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                largest = Math.max(largest, Math.abs(a[i][j] - b[i][j]));
            }
        }
        return largest;
    }

    public static double frobenius(double[][] a) {
        double sum = 0;
        for (double[] row : a) {
            for (double x : row) {
                sum += x * x;
            }
        }
        return Math.sqrt(sum);
    }

    /** max |(qᵀq − I)ᵢⱼ|. */
    public static double defect(double[][] q) {
        double[][] gram = multiply(transpose(q), q);
        return distance(gram, identity(gram.length));
    }

    public static Matrix matrix(DType dtype, double[][] a) {
        int n = a.length == 0 ? 0 : a[0].length;
        Matrix m = Matrix.allocate(dtype, a.length, n);
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < n; j++) {
                m.set(i, j, a[i][j]);
            }
        }
        return m;
    }

    public static double[][] array(Matrix m) {
        double[][] a = new double[m.rows()][m.columns()];
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                a[i][j] = m.get(i, j);
            }
        }
        return a;
    }

    public static double[] columnMajor(double[][] a, int m, int n) {
        double[] x = new double[m * n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                x[i + j * m] = a[i][j];
            }
        }
        return x;
    }

    public static double[][] fromColumnMajor(double[] x, int m, int n) {
        double[][] a = new double[m][n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                a[i][j] = x[i + j * m];
            }
        }
        return a;
    }
}
