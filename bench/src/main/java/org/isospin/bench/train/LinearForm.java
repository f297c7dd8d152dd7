package org.isospin.bench.train;

import java.util.List;
import java.util.Map;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;

/** What a matrix of a model trains as: itself, or rotations of what it was at first. */
interface LinearForm {
    /** {@return what trains, always in the same order and the same memory} */
    List<Weight> weights();

    /** {@return what does not train but is part of the state of a run, as {@link #keep} left it} */
    List<Weight> frozen();

    /**
     * y ← x·Wᵀ.
     *
     * @param x a row a token
     * @param y receives the product
     */
    void forward(Matrix x, Matrix y);

    /**
     * The derivatives of the loss by x and by what trains, given that by y.
     *
     * @param x what went in
     * @param dy dY
     * @param dx receives dX; may be x
     */
    void backward(Matrix x, Matrix dy, Matrix dx);

    /** {@return W as it acts now; memory that a later call may write anew} */
    Matrix weight();

    /**
     * Folds what has trained into what is frozen, where that is due.
     *
     * @param step steps done
     * @param optimizer of what trains
     * @param ids its parameters by name
     */
    void stepped(long step, Optimizer optimizer, Map<String, ParameterId> ids);

    /** Brings {@link #frozen} up to date. */
    void keep();

    /**
     * Goes on from what was read into {@link #frozen} and {@link #weights}.
     *
     * @param steps steps done
     */
    void resume(long steps);

    /** What trains. */
    enum Scope {
        /** All of the model. */
        ALL,
        /** The matrices inside the blocks; all else stays as it is. */
        HIDDEN
    }

    /** Makes the form of each hidden matrix of a model. */
    interface Maker {
        /**
         * {@return a form whose W is a weight}
         *
         * @param iso computes
         * @param weight the weight, the form's from now on
         * @param seed draws what there is to draw
         */
        LinearForm of(Isospin iso, Weight weight, long seed);

        /** {@return what trains beside the hidden matrices} */
        default Scope scope() {
            return Scope.ALL;
        }

        /** {@return the bound of the norm that the gradients of all hidden matrices have together in a step} */
        double clip(long step);
    }
}
