package org.isospin.properties.golden;

import org.isospin.Isospin;

/** Group polar_express. */
final class PolarExpress implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        throw new UnsupportedOperationException();
    }
}
