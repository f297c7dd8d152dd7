package org.isospin.properties;

import java.util.List;
import java.util.function.UnaryOperator;
import org.isospin.Matrix;

/** The gradients of a layer against slopes of its function by differences. */
final class LayerGradients {
    private LayerGradients() {}

    /**
     * Requires the derivatives of ⟨g, y⟩ by x and by each matrix that trains to be the adjoints of slopes.
     *
     * @param name of the layer
     * @param forward y of an x, with the parameters as they are
     * @param x where
     * @param g the cotangent of y
     * @param byX what backward found by x
     * @param parameters what trains; as they were afterwards
     * @param gradients what backward found by each
     */
    static void requireAdjoint(
            String name,
            UnaryOperator<Dense> forward,
            Dense x,
            Dense g,
            Dense byX,
            List<Matrix> parameters,
            List<Matrix> gradients) {
        DerivativeLaws.vjp(name + " by x", forward, x, Generators.gaussian(x.rows(), x.columns(), 5), g, byX)
                .orThrow();
        for (int i = 0; i < parameters.size(); i++) {
            Matrix own = parameters.get(i);
            Dense at = Dense.of(own);
            Dense direction = Dense.zero(own.rows(), own.columns())
                    .plus(0.2, Generators.gaussian(own.rows(), own.columns(), 6 + i));
            DerivativeLaws.vjp(
                            name + " by matrix " + i + " of its parameters",
                            v -> {
                                v.to(own.dtype()).copyTo(own);
                                return forward.apply(x);
                            },
                            at,
                            direction,
                            g,
                            Dense.of(gradients.get(i)))
                    .orThrow();
            at.to(own.dtype()).copyTo(own);
        }
    }
}
