package org.isospin.measure;

/**
 * How far a matrix is from having orthonormal columns (rows, if it is wide): norms of E = QᵀQ − I (QQᵀ − I).
 *
 * <p>The defect is formed from the Gram matrix itself, so neither 2·I nor a NaN can pass for orthogonal.
 *
 * @param frobenius ‖E‖_F
 * @param max max |Eᵢⱼ|
 * @param order the order of E, min(rows, columns)
 */
public record Orthogonality(double frobenius, double max, int order) {
    /**
     * {@return ‖E‖_F/√n: the root-mean-square deviation of a column's image, comparable across sizes; 0 if n = 0}
     */
    public double relative() {
        return order == 0 ? 0 : frobenius / Math.sqrt(order);
    }

    /**
     * {@return whether every element of E is at most the tolerance in magnitude; false where one is NaN}
     *
     * @param tolerance the largest |Eᵢⱼ| to accept
     */
    public boolean isWithin(double tolerance) {
        return max <= tolerance;
    }
}
