package org.isospin.bench.accuracy;

import java.util.Locale;
import org.isospin.DType;
import org.isospin.bench.cli.Figures;

/**
 * What is computed, on what.
 *
 * @param kernel what
 * @param dtype the type of operands and results
 * @param n their order
 * @param parameter the norm, condition or angle
 */
record Operand(Kernel kernel, DType dtype, int n, double parameter) {
    boolean isEasy() {
        return kernel.isEasy(parameter);
    }

    /** {@return the parameter with as many digits as it needs: 0.05, 10, 1e6, 3.1316} */
    String parameterText() {
        if (parameter >= 1e3 || parameter < 1e-2) {
            return String.format(Locale.ROOT, "%.0e", parameter)
                    .replaceAll("e([+-])0*", "e$1")
                    .replace("e+", "e");
        }
        return parameter == Math.rint(parameter)
                ? String.format(Locale.ROOT, "%.0f", parameter)
                : String.format(Locale.ROOT, "%.5g", parameter).replaceAll("0+$", "");
    }

    @Override
    public String toString() {
        return kernel.title() + " " + Figures.name(dtype) + " n=" + n + " " + kernel.parameterName() + "="
                + parameterText();
    }
}
