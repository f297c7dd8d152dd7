package org.isospin.bench.drift;

/** What a {@link Variant} is to reach. */
enum Goal {
    /** An exact map keeps singular values, but for rounding. */
    DRIFT("drift ≤ 1e-5") {
        @Override
        boolean holds(DriftRow row) {
            return row.drift() <= 1e-5;
        }
    },
    /** A map that is not exact is off by what its formula says. */
    GROWTH("growth = Σθ⁴/8 ± 10 %") {
        @Override
        boolean holds(DriftRow row) {
            return Math.abs(row.growth() / row.predicted() - 1) <= 0.1;
        }
    },
    /** A 16-bit weight keeps what it is worst at. */
    SMALLEST("smallest ± 1 %") {
        @Override
        boolean holds(DriftRow row) {
            return row.smallest() <= 0.01;
        }
    },
    /** For comparison. */
    NONE("") {
        @Override
        boolean holds(DriftRow row) {
            return true;
        }
    };

    private final String title;

    Goal(String title) {
        this.title = title;
    }

    /** {@return whether a row reaches it} */
    abstract boolean holds(DriftRow row);

    /** {@return what is wanted; empty if nothing is} */
    String title() {
        return title;
    }
}
