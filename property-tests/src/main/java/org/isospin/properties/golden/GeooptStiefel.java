package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Generators;
import org.isospin.rotation.Stiefel;
import org.isospin.rotation.StiefelGeodesic;
import org.isospin.rotation.StiefelMetric;
import org.isospin.rotation.StiefelRetraction;
import org.isospin.rotation.StiefelTransport;

/**
 * Group geoopt_stiefel: projections, retractions and transports of both metrics, and steps of Riemannian gradient descent and Adam
 * built from them.
 *
 * <p>geoopt's canonical retraction has the generator UXᵀ − XUᵀ, which moves X along U + XXᵀU: it is the Cayley retraction of that
 * tangent.
 */
final class GeooptStiefel implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix x = golden.input("x", mode);
        if (golden.name().startsWith("rsgd")) {
            descend(iso, golden, mode, x, out);
        } else if (golden.name().startsWith("radam")) {
            adam(iso, golden, mode, x, out);
        } else {
            maps(iso, golden, mode, x, out);
        }
    }

    private static void maps(Isospin iso, GoldenCase golden, GoldenMode mode, Matrix x, Computed out) {
        StiefelMetric metric =
                golden.name().startsWith("canonical") ? StiefelMetric.CANONICAL : StiefelMetric.EUCLIDEAN;
        Matrix gradient = like(x);
        Stiefel.gradient(iso, x, golden.input("g", mode), metric, gradient);
        double factor = Double.parseDouble(golden.text("tangent").replaceFirst(".*\\*", ""));
        Matrix u = combined(factor, gradient, 0, gradient);
        Matrix w = like(x);
        Stiefel.gradient(iso, x, golden.input("v", mode), metric, w);
        out.put("proju", u);
        out.put("inner", Stiefel.inner(iso, x, u, w, metric));
        Matrix projected = like(x);
        Stiefel.project(iso, golden.input("a", mode), projected);
        out.put("projx", projected);
        Step step = step(iso, metric, x, u, w);
        out.put("retr", step.point);
        out.put("transp", step.vector);
        if (metric == StiefelMetric.EUCLIDEAN) {
            Matrix end = like(x);
            StiefelGeodesic.exp(iso, x, u, metric, end);
            out.put("expmap", end);
        }
    }

    private static void descend(Isospin iso, GoldenCase golden, GoldenMode mode, Matrix x, Computed out) {
        StiefelMetric metric = StiefelMetric.valueOf(golden.text("metric").toUpperCase(java.util.Locale.ROOT));
        double rate = golden.number("lr");
        double momentum = golden.settings().contains("momentum") ? golden.number("momentum") : 0;
        // geoopt begins with the gradient as it is, not yet tangent.
        Matrix velocity = golden.input("G_1", mode);
        for (int t = 1; t <= golden.integer("steps"); t++) {
            Matrix gradient = like(x);
            Stiefel.gradient(iso, x, golden.input("G_" + t, mode), metric, gradient);
            velocity = combined(momentum, velocity, 1, gradient);
            Step step = step(iso, metric, x, combined(-rate, velocity, 0, velocity), velocity);
            x = step.point;
            velocity = step.vector;
            out.put("x_" + t, x);
        }
    }

    private static void adam(Isospin iso, GoldenCase golden, GoldenMode mode, Matrix x, Computed out) {
        double[] betas = {0.9, 0.999};
        StiefelMetric metric = StiefelMetric.CANONICAL;
        Matrix mean = zero(x);
        double square = 0;
        for (int t = 1; t <= golden.integer("steps"); t++) {
            Matrix gradient = like(x);
            Stiefel.gradient(iso, x, golden.input("G_" + t, mode), metric, gradient);
            mean = combined(betas[0], mean, 1 - betas[0], gradient);
            square = betas[1] * square + (1 - betas[1]) * Stiefel.inner(iso, x, gradient, gradient, metric);
            double size = Math.sqrt(square / (1 - Math.pow(betas[1], t))) + 1e-8;
            double factor = -golden.number("lr") / (1 - Math.pow(betas[0], t)) / size;
            Step step = step(iso, metric, x, combined(factor, mean, 0, mean), mean);
            x = step.point;
            mean = step.vector;
            out.put("x_" + t, x);
        }
    }

    /** A point moved, and a vector that came along. */
    private record Step(Matrix point, Matrix vector) {}

    private static Step step(Isospin iso, StiefelMetric metric, Matrix x, Matrix u, Matrix v) {
        Matrix point = like(x);
        Matrix vector = like(x);
        if (metric == StiefelMetric.EUCLIDEAN) {
            StiefelRetraction.QR.retract(iso, x, u, point);
            StiefelTransport.byProjection(iso, point, v, vector);
        } else {
            Matrix inner = Matrix.allocate(x.dtype(), x.columns(), x.columns());
            Matrix along = like(x);
            iso.multiply(x.transposed(), u, inner);
            iso.multiply(x, inner, along);
            StiefelTransport.alongCayley(iso, x, combined(1, u, 1, along), v, point, vector);
        }
        return new Step(point, vector);
    }

    private static Matrix like(Matrix x) {
        return Generators.garbage(Matrix.allocate(x.dtype(), x.rows(), x.columns()));
    }

    private static Matrix zero(Matrix x) {
        return Matrix.allocate(x.dtype(), x.rows(), x.columns());
    }

    /** {@return α·a + β·b} */
    private static Matrix combined(double alpha, Matrix a, double beta, Matrix b) {
        Matrix out = like(a);
        for (int i = 0; i < a.rows(); i++) {
            for (int j = 0; j < a.columns(); j++) {
                out.set(i, j, alpha * a.get(i, j) + beta * b.get(i, j));
            }
        }
        return out;
    }
}
