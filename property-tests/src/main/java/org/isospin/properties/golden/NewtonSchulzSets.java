package org.isospin.properties.golden;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.OddPolynomial;
import org.isospin.properties.Generators;

/**
 * Group newton_schulz_sets: msign by published sets of coefficients, the exact polar factor and the singular values of the
 * same input; several matrices may be stacked. In native mode the iteration stores bfloat16, and float16 where Gram
 * matrices are iterated.
 */
final class NewtonSchulzSets implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix g = golden.input("G", mode);
        if (mode == GoldenMode.NATIVE) {
            Matrix rounded = Matrix.allocate(isGram(golden) ? DType.F16 : DType.BF16, g.rows(), g.columns());
            g.copyTo(rounded);
            g = rounded;
        }
        Matrix x = Generators.garbage(Matrix.allocate(g.dtype(), g.rows(), g.columns()));
        Matrix u = Generators.garbage(Matrix.allocate(g.dtype(), g.rows(), g.columns()));
        MsignSchedule schedule = schedule(golden);
        int rows = golden.rows("G");
        for (int i = 0; i < g.rows(); i += rows) {
            Matrix one = g.view(i, 0, rows, g.columns());
            iso.msign(one, x.view(i, 0, rows, g.columns()), schedule);
            iso.polar(one, u.view(i, 0, rows, g.columns()));
        }
        out.put("X", x);
        out.put("msign", u);
        Matrix values = Generators.garbage(Matrix.allocate(g.dtype(), 1, Math.min(rows, g.columns())));
        iso.singularValues(g.view(0, 0, rows, g.columns()), values);
        out.put("svals_in", values);
    }

    private static boolean isGram(GoldenCase golden) {
        return golden.settings().contains("ns_epsilon");
    }

    /** The Gram form adds its epsilon to the norm; the other takes the larger of both, and no norm here is that small. */
    private static MsignSchedule schedule(GoldenCase golden) {
        double[][] coefficients = golden.table("coefficients");
        boolean isGram = isGram(golden);
        int count = isGram ? coefficients.length : golden.integer("steps");
        boolean isCycle = !isGram && golden.text("after_last").equals("cycle");
        List<OddPolynomial> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int at = isCycle ? i % coefficients.length : Math.min(i, coefficients.length - 1);
            steps.add(new OddPolynomial(coefficients[at][0], coefficients[at][1], coefficients[at][2]));
        }
        return new MsignSchedule(golden.name(), steps, 1, isGram ? golden.number("ns_epsilon") : 0);
    }
}
