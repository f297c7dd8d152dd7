package org.isospin.optim;

/** A parameter registered with an optimizer; of no use to any other. */
public final class ParameterId {
    private final ParameterSlot slot;

    ParameterId(ParameterSlot slot) {
        this.slot = slot;
    }

    ParameterSlot slot() {
        return slot;
    }

    /** {@return what was registered} */
    public ParameterSpec spec() {
        return slot.spec();
    }

    /** {@return the parameter's name} */
    @Override
    public String toString() {
        return slot.spec().name();
    }
}
