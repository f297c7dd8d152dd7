package org.isospin.optim;

import org.isospin.Matrix;

/**
 * A parameter with its weight and gradient, for a step of many: a trainer makes a list of them once and passes it to
 * {@link Optimizer#step(long, java.util.List)} again and again, if its weights and gradients stay where they are.
 *
 * @param id the parameter
 * @param weight its rows × columns, of its type
 * @param gradient of the same shape, of any type; read only
 */
public record Update(ParameterId id, Matrix weight, Matrix gradient) {
    /** {@return the parameter's name} */
    @Override
    public String toString() {
        return "update of " + id;
    }
}
