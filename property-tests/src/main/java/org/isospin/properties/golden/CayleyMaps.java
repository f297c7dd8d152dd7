package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.properties.Generators;
import org.isospin.rotation.CayleyStep;

/**
 * Group cayley: the transform with step 1 and ½, its truncations (neumann_k is the product form of order k,
 * neumann_fallback_4 the series of order 4), and its inverse.
 */
final class CayleyMaps implements GroupRunner {
    private static final String TRUNCATED = "neumann_";

    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        if (golden.inputs().contains("R")) {
            Matrix r = golden.input("R", mode);
            SkewMatrix a = SkewMatrix.allocate(r.dtype(), r.rows());
            Generators.garbage(a.packed());
            iso.inverseCayley(r, CayleyStep.FULL, a);
            out.put("A", a.toDense());
            return;
        }
        SkewMatrix a = SkewMatrix.copyOf(golden.input("A", mode));
        for (GoldenQuantity quantity : golden.quantities(mode)) {
            Matrix q = Generators.garbage(Matrix.allocate(a.dtype(), a.order(), a.order()));
            switch (quantity.name()) {
                case "cayley" -> iso.cayley(a, CayleyStep.FULL, q);
                case "cayley_half" -> iso.cayley(a, CayleyStep.HALF, q);
                case "neumann_fallback_4" -> iso.cayleySeries(a, 4, CayleyStep.FULL, q);
                default -> iso.cayleyNeumann(a, order(quantity.name()), CayleyStep.FULL, q);
            }
            out.put(quantity.name(), q);
        }
    }

    private static int order(String quantity) {
        if (!quantity.matches(TRUNCATED + "[0-9]{1,3}")) {
            throw new IllegalArgumentException("no Cayley map is named " + quantity);
        }
        return Integer.parseInt(quantity.substring(TRUNCATED.length()));
    }
}
