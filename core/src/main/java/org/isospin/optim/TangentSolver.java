package org.isospin.optim;

import org.isospin.polar.Msign;

/**
 * How {@link StiefelMuon} finds the symmetric X that makes msign(G + WX) tangent; the minimum of the convex ‖G + WX‖_* is there,
 * and equal to the steepest descent.
 *
 * @param method fixed points or descent
 * @param iterations how many matrix signs a step takes, at least 1
 * @param rate of the descent
 * @param smoothing of the fixed points
 * @param msign matrix signs of the descent
 */
public record TangentSolver(Method method, int iterations, double rate, double smoothing, MsignMethod msign) {
    /** Enough for singular values from 10⁻³ of the norm on. */
    private static final MsignMethod PRODUCTS = MsignMethod.of(Msign.polarExpress(8, 1e-3));

    /** What is iterated. */
    public enum Method {
        /**
         * From X = −sym(WᵀG): X solves QX + XQ = −2·sym(QWᵀG) in the eigenvectors of Q = ((G + WX)ᵀ(G + WX))^½ of the X
         * before it (kexue.fm 11221). A singular value decomposition in F64 each time. ‖G + WX‖_* never grows. It may be least where
         * a singular value σ is zero, whose direction Φ = msign(…) then turns to and fro; the smoothing μ, in units of ‖G‖_F, makes
         * Q a √(σ² + μ²) and Φ a σ/√(σ² + μ²), so that it settles.
         */
        FIXED_POINT,
        /**
         * X ← X − η₂(WᵀΦ + ΦᵀW), Φ = msign(G + WX), from the X of the last step on (kexue.fm 11388). Matrix products alone. X
         * is kept in units of ‖G‖_F/√m, m the shorter side, and η₂ falls linearly over the iterations of a step.
         */
        DUAL_DESCENT
    }

    /**
     * Makes a solver.
     *
     * @throws IllegalArgumentException if there is no iteration, or another number is negative or not finite
     */
    public TangentSolver {
        if (iterations < 1) {
            throw new IllegalArgumentException("iterations must be positive, not " + iterations);
        }
        LearningRate.requireNotNegative("dual rate", rate);
        LearningRate.requireNotNegative("smoothing", smoothing);
    }

    /**
     * {@return the fixed point iteration without smoothing}
     *
     * @param iterations how many singular value decompositions a step takes; ten leave a tangent error of about 10⁻² where W and
     *     G have nothing to do with each other, fifty 10⁻⁴ or less
     */
    public static TangentSolver fixedPoint(int iterations) {
        return new TangentSolver(Method.FIXED_POINT, iterations, 0, 0, PRODUCTS);
    }

    /**
     * {@return the dual gradient descent with eight steps of Polar Express}
     *
     * @param iterations how many matrix signs a step takes; one is enough where W and momentum change little from step to step
     * @param rate η₂ of the first iteration of a step, in units of ‖G‖_F/√m; 0.1 to 0.3 is usual
     */
    public static TangentSolver dualDescent(int iterations, double rate) {
        return new TangentSolver(Method.DUAL_DESCENT, iterations, rate, 0, PRODUCTS);
    }

    /**
     * {@return this solver with other matrix signs in the descent}
     *
     * @param other how they are made
     */
    public TangentSolver withMsign(MsignMethod other) {
        return new TangentSolver(method, iterations, rate, smoothing, other);
    }

    /**
     * {@return this solver with other smoothing of the fixed points}
     *
     * @param share μ/‖G‖_F; 10⁻³ costs about as much of the descent, and is reached in tens of iterations
     */
    public TangentSolver withSmoothing(double share) {
        return new TangentSolver(method, iterations, rate, share, msign);
    }

    /** {@return everything that decides a bit, for state files} */
    String describe() {
        return method == Method.FIXED_POINT
                ? method + " " + iterations + " " + smoothing
                : method + " " + iterations + " " + rate + " " + msign.describe();
    }
}
