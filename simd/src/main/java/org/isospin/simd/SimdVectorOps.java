package org.isospin.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;
import org.isospin.backend.VectorOps;

/**
 * {@link VectorOps} in the Vector API. Element-wise results have the bits of the plain Java ones; sums are those of
 * {@link Sums}, the same for every width of vectors.
 */
final class SimdVectorOps extends VectorOps {
    private static final VectorSpecies<Double> DOUBLES = VectorWidth.DOUBLES;
    private static final int LANES = DOUBLES.length();

    @Override
    public void axpy(int n, double alpha, double[] x, int xo, double[] y, int yo) {
        DoubleLoops.axpy(n, alpha, x, xo, y, yo);
    }

    @Override
    public double dot(int n, double[] x, int xo, double[] y, int yo) {
        return Sums.dot(n, x, xo, y, yo);
    }

    @Override
    public void scale(int n, double alpha, double[] x, int xo) {
        DoubleLoops.scale(n, alpha, x, xo, x, xo);
    }

    @Override
    public void rotate(int n, double[] x, int xo, double[] y, int yo, double c, double s) {
        double tau = s / (1 + c);
        int bound = DOUBLES.loopBound(n);
        DoubleVector sine = DoubleVector.broadcast(DOUBLES, s);
        DoubleVector minusSine = DoubleVector.broadcast(DOUBLES, -s);
        DoubleVector tangent = DoubleVector.broadcast(DOUBLES, tau);
        DoubleVector minusTangent = DoubleVector.broadcast(DOUBLES, -tau);
        for (int i = 0; i < bound; i += LANES) {
            DoubleVector p = DoubleVector.fromArray(DOUBLES, x, xo + i);
            DoubleVector q = DoubleVector.fromArray(DOUBLES, y, yo + i);
            minusSine.fma(tangent.fma(p, q), p).intoArray(x, xo + i);
            sine.fma(minusTangent.fma(q, p), q).intoArray(y, yo + i);
        }
        for (int i = bound; i < n; i++) {
            double p = x[xo + i];
            double q = y[yo + i];
            x[xo + i] = Math.fma(-s, Math.fma(tau, p, q), p);
            y[yo + i] = Math.fma(s, Math.fma(-tau, q, p), q);
        }
    }
}
