package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.AmsGrad;
import org.isospin.optim.Nesterov;
import org.isospin.optim.Optimizer;
import org.isospin.optim.StiefelAdam;
import org.isospin.optim.StiefelGeometry;
import org.isospin.optim.StiefelSgd;
import org.isospin.properties.Generators;
import org.isospin.rotation.Stiefel;
import org.isospin.rotation.StiefelGeodesic;
import org.isospin.rotation.StiefelMetric;
import org.isospin.rotation.StiefelRetraction;
import org.isospin.rotation.StiefelTransport;

/**
 * Group geoopt_stiefel: projections, retractions and transports of both metrics, and steps of Riemannian gradient descent and Adam.
 *
 * <p>geoopt's canonical retraction has the generator UXᵀ − XUᵀ, which moves X along U + XXᵀU: it is the Cayley retraction of that
 * tangent.
 */
final class GeooptStiefel implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        if (OptimizerRuns.isRun(golden)) {
            OptimizerRuns.run(golden, mode, optimizer(iso, golden), spec -> spec, out, "x", "W");
        } else {
            maps(iso, golden, mode, golden.input("x", mode), out);
        }
    }

    private static Optimizer optimizer(Isospin iso, GoldenCase golden) {
        StiefelGeometry geometry = golden.text("metric").equals("canonical")
                ? StiefelGeometry.CANONICAL_DOUBLED
                : StiefelGeometry.EUCLIDEAN;
        GoldenCase resolved = golden.resolved();
        double rate = resolved.number("lr");
        if (golden.name().startsWith("radam")) {
            double[] betas = resolved.numbers("betas");
            return StiefelAdam.geoopt(geometry)
                    .learningRate(rate)
                    .betas(betas[0], betas[1])
                    .epsilon(resolved.number("eps"))
                    .amsGrad(resolved.truth("amsgrad") ? AmsGrad.ON : AmsGrad.OFF)
                    .weightDecay(resolved.number("weight_decay"))
                    .build(iso);
        }
        return StiefelSgd.geoopt(geometry)
                .learningRate(rate)
                .momentum(resolved.number("momentum"))
                .dampening(resolved.number("dampening"))
                .nesterov(resolved.truth("nesterov") ? Nesterov.ON : Nesterov.OFF)
                .weightDecay(resolved.number("weight_decay"))
                .build(iso);
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
