package org.isospin.optim;

/** What optimizers of matrices say to other parameters. */
final class Refusal {
    private Refusal() {}

    /** {@return the rule, if the parameter is a hidden matrix} */
    static UpdateRule unlessHidden(String optimizer, ParameterSpec spec, UpdateRule rule) {
        if (!spec.isMatrix() || spec.role() != Role.HIDDEN) {
            throw new IllegalArgumentException(optimizer + " is for hidden matrices; " + spec
                    + " is none and needs another optimizer, like AdamW");
        }
        return rule;
    }

    /** {@return the rule, if the parameter is a matrix} */
    static UpdateRule unlessMatrix(String optimizer, ParameterSpec spec, UpdateRule rule) {
        if (!spec.isMatrix()) {
            throw new IllegalArgumentException(
                    optimizer + " is for matrices; " + spec + " is none and needs another optimizer, like AdamW");
        }
        return rule;
    }

    /** Refuses to decay a weight whose singular values an optimizer keeps. */
    static void unlessZero(String optimizer, double decay) {
        if (decay != 0) {
            throw new IllegalArgumentException("weight decay " + decay + " would shrink the singular values that "
                    + optimizer + " keeps, and no step could restore them; decay the parameters of another optimizer");
        }
    }
}
