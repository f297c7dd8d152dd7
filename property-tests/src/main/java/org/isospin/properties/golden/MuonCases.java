package org.isospin.properties.golden;

import java.util.ArrayList;
import java.util.List;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.MsignMethod;
import org.isospin.optim.MsignPrecision;
import org.isospin.optim.Muon;
import org.isospin.optim.Nesterov;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.OddPolynomial;

/** What the groups of Muon's conventions have in common: matrix signs by given coefficients, and their place in a run. */
final class MuonCases {
    private MuonCases() {}

    /**
     * {@return a schedule of a case's coefficients: a single triple is repeated, a table is as long as it is}
     *
     * @param golden the case
     * @param coefficients the setting
     * @param steps how often a single triple is applied
     * @param safety factor of the norm
     * @param epsilon added to the norm
     */
    static MsignSchedule schedule(GoldenCase golden, String coefficients, int steps, double safety, double epsilon) {
        List<OddPolynomial> polynomials = new ArrayList<>();
        double[][] table = golden.isTable(coefficients)
                ? golden.table(coefficients)
                : new double[][] {golden.numbers(coefficients)};
        int count = table.length == 1 ? steps : table.length;
        for (int i = 0; i < count; i++) {
            double[] c = table[table.length == 1 ? 0 : i];
            polynomials.add(new OddPolynomial(c[0], c[1], c[2]));
        }
        return new MsignSchedule(golden.name(), polynomials, safety, epsilon);
    }

    /** Puts X, the matrix sign of G; several matrices may be stacked. */
    static void msign(Isospin iso, GoldenCase golden, GoldenMode mode, MsignMethod method, Computed out) {
        Matrix g = golden.input("G", mode);
        Matrix x = OptimizerRuns.result(g);
        int rows = golden.rows("G");
        for (int i = 0; i < g.rows(); i += rows) {
            method.msign(iso, g.view(i, 0, rows, g.columns()), x.view(i, 0, rows, g.columns()));
        }
        out.put("X", x);
    }

    static Nesterov nesterov(GoldenCase golden) {
        return golden.truth("nesterov") ? Nesterov.ON : Nesterov.OFF;
    }

    /** Sets what only the native mode has. */
    static Muon.Builder inMode(Muon.Builder muon, GoldenMode mode, MsignPrecision rounding) {
        return mode == GoldenMode.NATIVE ? muon.precision(rounding) : muon;
    }
}
