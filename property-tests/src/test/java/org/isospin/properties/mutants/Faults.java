package org.isospin.properties.mutants;

import org.isospin.DType;
import org.isospin.SkewMatrix;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;

/** What goes wrong with any kernel: faults of operands and of results. */
final class Faults {
    private Faults() {}

    /** {@return the elements rounded to F32} */
    static Dense throughF32(Dense m) {
        return Dense.of(m.to(DType.F32));
    }

    /** {@return NaN replaced by 0} */
    static Dense withoutNaN(Dense m) {
        Dense out = Dense.zero(m.rows(), m.columns());
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                out.set(i, j, Double.isNaN(m.get(i, j)) ? 0 : m.get(i, j));
            }
        }
        return out;
    }

    /** {@return the last element of large matrices off by 10⁻⁹, as where a tile's edge is handled badly} */
    static Dense oneElementOff(Dense m) {
        Dense out = m.plus(0, m);
        int i = m.rows() - 1;
        int j = m.columns() - 1;
        if (i >= 15 && j >= 15) {
            out.set(i, j, out.get(i, j) + 1e-9);
        }
        return out;
    }

    /** {@return the first column negated: the other sheet of O(n)} */
    static Dense mirrored(Dense q) {
        Dense out = q.plus(0, q);
        for (int i = 0; i < q.rows(); i++) {
            out.set(i, 0, -q.get(i, 0));
        }
        return out;
    }

    /** {@return 0 for everything smaller than 10⁻¹²} */
    static Dense flushed(Dense m) {
        return m.max() < 1e-12 ? Dense.zero(m.rows(), m.columns()) : m;
    }

    /** {@return the skew matrix of a dense one, in F64} */
    static SkewMatrix packed(Dense m) {
        return Generators.skewPart(DType.F64, m);
    }

    /** {@return the rows divided by their norms; zero rows stay} */
    static Dense normalisedRows(Dense m) {
        Dense out = m.plus(0, m);
        for (int i = 0; i < m.rows(); i++) {
            Dense row = Dense.zero(1, m.columns());
            for (int j = 0; j < m.columns(); j++) {
                row.set(0, j, m.get(i, j));
            }
            double norm = row.frobenius();
            for (int j = 0; j < m.columns(); j++) {
                out.set(i, j, norm == 0 ? 0 : m.get(i, j) / norm);
            }
        }
        return out;
    }
}
