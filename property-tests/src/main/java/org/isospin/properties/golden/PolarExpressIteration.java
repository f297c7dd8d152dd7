package org.isospin.properties.golden;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.OddPolynomial;
import org.isospin.polar.PolarExpress;
import org.isospin.properties.Generators;

/**
 * Group polar_express: the coefficients of the generator, and the iteration by given coefficients (the last ones repeat)
 * after dividing by norm_factor·‖G‖_F + eps. In native mode everything is stored as bfloat16, the input first.
 */
final class PolarExpressIteration implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        if (golden.inputs().contains("G")) {
            iterate(iso, golden, mode, out);
        } else {
            Matrix coefficients = generate(golden);
            out.put("coefficients", coefficients);
            out.put("coefficients_mp", coefficients);
        }
    }

    private static void iterate(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        double[][] coefficients = golden.table("coefficients");
        List<OddPolynomial> steps = new ArrayList<>();
        for (int i = 0; i < golden.integer("steps"); i++) {
            double[] step = coefficients[Math.min(i, coefficients.length - 1)];
            steps.add(new OddPolynomial(step[0], step[1], step[2]));
        }
        MsignSchedule schedule =
                new MsignSchedule(golden.name(), steps, golden.number("norm_factor"), golden.number("eps"));
        Matrix g = golden.input("G", mode);
        if (mode == GoldenMode.NATIVE) {
            Matrix rounded = Matrix.allocate(DType.BF16, g.rows(), g.columns());
            g.copyTo(rounded);
            g = rounded;
        }
        Matrix x = Generators.garbage(Matrix.allocate(g.dtype(), g.rows(), g.columns()));
        iso.msign(g, x, schedule);
        out.put("X", x);
    }

    private static Matrix generate(GoldenCase golden) {
        int steps = golden.integer("num_iters");
        double lower = golden.number("l");
        double safety = 1 + golden.number("safety_factor_eps");
        double cushion = golden.number("cushion");
        int degree = golden.integer("degree");
        List<OddPolynomial> composition = switch (degree) {
            case 3 -> PolarExpress.cubics(steps, lower, safety, cushion);
            case 5 -> PolarExpress.quintics(steps, lower, safety, cushion);
            default -> throw new IllegalArgumentException("no Polar Express polynomials of degree " + degree);
        };
        Matrix table = Matrix.allocate(DType.F64, steps, (degree + 1) / 2);
        for (int i = 0; i < steps; i++) {
            OddPolynomial p = composition.get(i);
            double[] row = {p.a(), p.b(), p.c()};
            for (int j = 0; j < table.columns(); j++) {
                table.set(i, j, row[j]);
            }
        }
        return table;
    }
}
