package org.isospin.reparam;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.polar.GramSchmidt;
import org.isospin.polar.GramSchmidtDerivative;
import org.isospin.polar.Orthonormalization;
import org.isospin.polar.OrthonormalizationDerivative;
import org.isospin.rotation.CayleyDerivative;
import org.isospin.rotation.CayleyStep;

/** How a matrix P that trains freely becomes the rotation R of an {@link OptLayer} of order s (arXiv 2004.04690, section 3). */
public enum Orthogonalizer {
    /** P's rows, one after the other (GS): det R has the sign of det P. By two projections, where the published code takes one. */
    GRAM_SCHMIDT,
    /** Reflections of P's columns (HR): det R = (−1)^(s−1) whatever P is. */
    REFLECTIONS,
    /** The nearest orthogonal matrix (LS): det R has the sign of det P. */
    LOWDIN,
    /** (I + S)(I − S)⁻¹ of a skew S, of which P is the packed upper triangle (CP): det R = 1. */
    CAYLEY,
    /**
     * R = P, for an optimizer that stays on the orthogonal group (OGD, {@link org.isospin.optim.StiefelSgd}), or a penalty of the
     * distance from it (OR, {@link OptLayer#penalty}).
     */
    FREE;

    /** {@return P = I, or S = 0} */
    Matrix allocate(DType dtype, int s) {
        return this == CAYLEY ? Matrix.allocate(dtype, 1, SkewMatrix.packedLength(s)) : Matrix.allocate(dtype, s, s);
    }

    /** P ← I, or S ← 0. */
    void reset(Isospin iso, Matrix p) {
        iso.run(
                stream -> {
                    stream.fill(p, 0);
                    if (this != CAYLEY) {
                        stream.addDiagonal(1, p);
                    }
                },
                p);
    }

    /** r ← R. */
    void form(Isospin iso, Matrix p, Matrix r) {
        switch (this) {
            case GRAM_SCHMIDT ->
                GramSchmidt.orthonormalize(iso, p.transposed(), GramSchmidt.Variant.TWICE, r.transposed());
            case REFLECTIONS -> Orthonormalization.orthonormalize(iso, p, Orthonormalization.Method.REFLECTIONS, r);
            case LOWDIN -> Orthonormalization.orthonormalize(iso, p, Orthonormalization.Method.LOWDIN, r);
            case CAYLEY -> iso.cayley(SkewMatrix.wrap(r.rows(), p), CayleyStep.FULL, r);
            case FREE -> iso.run(stream -> stream.copy(p, r), p, r);
        }
    }

    /** gradient ← that of ⟨cotangent, R⟩ by P. */
    void vjp(Isospin iso, Matrix p, Matrix cotangent, Matrix gradient) {
        switch (this) {
            case GRAM_SCHMIDT ->
                GramSchmidtDerivative.vjp(iso, p.transposed(), cotangent.transposed(), gradient.transposed());
            case REFLECTIONS ->
                OrthonormalizationDerivative.vjp(iso, p, Orthonormalization.Method.REFLECTIONS, cotangent, gradient);
            case LOWDIN ->
                OrthonormalizationDerivative.vjp(iso, p, Orthonormalization.Method.LOWDIN, cotangent, gradient);
            case CAYLEY -> {
                int s = cotangent.rows();
                CayleyDerivative.vjp(
                        iso, SkewMatrix.wrap(s, p), CayleyStep.FULL, cotangent, SkewMatrix.wrap(s, gradient));
            }
            case FREE -> iso.run(stream -> stream.copy(cotangent, gradient), cotangent, gradient);
        }
    }
}
