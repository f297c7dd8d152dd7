package org.isospin.properties.golden;

import java.util.ArrayList;
import java.util.List;
import org.isospin.Matrix;

/** The quantities that a group computed for one case in one mode; the same one may be computed in several ways. */
final class Computed {
    /** A quantity, and how it was computed where there is more than one way. */
    record Entry(String quantity, String way, Matrix values) {
        String label() {
            return way.isEmpty() ? quantity : quantity + " by " + way + " ";
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    void put(String quantity, Matrix values) {
        put(quantity, "", values);
    }

    void put(String quantity, String way, Matrix values) {
        entries.add(new Entry(quantity, way, values));
    }

    /** A 1 × 1 quantity. */
    void put(String quantity, double value) {
        put(quantity, Matrix.wrap(new double[] {value}, 1, 1));
    }

    List<Entry> of(GoldenQuantity quantity) {
        return entries.stream().filter(e -> e.quantity.equals(quantity.name())).toList();
    }
}
