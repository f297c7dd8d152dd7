package org.isospin.bench.calls;

import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.isospin.DType;
import org.isospin.Matrix;

/**
 * One call by both.
 *
 * @param title the name of the call
 * @param by the bare call
 * @param n the order
 * @param dtype the type
 * @param ours the backend's
 * @param bare CUDA's
 * @param ourResult what the backend computed last
 * @param bareResult what CUDA computed last
 * @param error the error of a result, in u
 */
record CallCase(
        String title,
        String by,
        int n,
        DType dtype,
        Runnable ours,
        Runnable bare,
        Supplier<Matrix> ourResult,
        Supplier<Matrix> bareResult,
        ToDoubleFunction<Matrix> error) {
    /** How fast the backend is to be, as a multiple of the bare call. */
    static final double GOAL = 0.97;

    /** From this order on; below it a call is mostly its start. */
    static final int GOAL_FROM = 1024;
}
