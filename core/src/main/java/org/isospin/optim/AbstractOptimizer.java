package org.isospin.optim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Operands;
import org.jspecify.annotations.Nullable;

/** What all optimizers have in common: everything but the {@link UpdateRule} of a parameter. */
abstract non-sealed class AbstractOptimizer implements Optimizer {
    private final Isospin iso;
    private final Map<String, ParameterId> registered = new LinkedHashMap<>();

    /**
     * Makes an optimizer without parameters.
     *
     * @param iso what computes
     */
    AbstractOptimizer(Isospin iso) {
        this.iso = iso;
    }

    /**
     * {@return the rule for a parameter}
     *
     * @param spec the parameter
     * @throws IllegalArgumentException if there is none, with the reason
     */
    abstract UpdateRule rule(ParameterSpec spec);

    /** {@return every option that decides a bit, by name; state files compare them} */
    abstract SequencedMap<String, String> options();

    /** {@return what state files call this optimizer} */
    String kind() {
        return getClass().getSimpleName();
    }

    /** {@return what computes} */
    final Isospin iso() {
        return iso;
    }

    @Override
    public final ParameterId register(ParameterSpec spec) {
        return register(spec, StateMemory.HEAP);
    }

    /** {@return the handle of a parameter whose state is kept in a memory} */
    final ParameterId register(ParameterSpec spec, StateMemory memory) {
        ParameterId id = new ParameterId(new ParameterSlot(this, spec, rule(spec), memory));
        synchronized (registered) {
            if (registered.putIfAbsent(spec.name(), id) != null) {
                throw new IllegalArgumentException("a parameter " + spec.name() + " was registered before");
            }
        }
        return id;
    }

    @Override
    public final ParameterId register(ParameterSpec spec, Matrix weight) {
        String stuck = stuckBlock(spec, weight);
        if (stuck != null) {
            throw new IllegalArgumentException(spec.name() + ": block " + stuck + " is zero, and " + kind()
                    + " would leave it so for ever; it needs another optimizer, like AdamW, or another initial weight");
        }
        return register(spec, StateMemory.beside(weight));
    }

    /**
     * {@return the name of a block of a weight that is zero and that this optimizer never moves; null if there is none}
     *
     * @param spec the parameter
     * @param weight its weight
     * @throws IllegalArgumentException if the weight is not finite or not such a parameter's, or this optimizer cannot update it
     */
    final @Nullable String stuckBlock(ParameterSpec spec, Matrix weight) {
        String zero = InitialWeight.zeroBlock(iso, spec, weight);
        return rule(spec).leavesZero() ? zero : null;
    }

    @Override
    public final List<ParameterId> parameters() {
        synchronized (registered) {
            return List.copyOf(registered.values());
        }
    }

    @Override
    public final void step(long t, ParameterId id, Matrix weight, Matrix gradient) {
        ParameterSlot slot = own(id);
        check(t, slot.spec(), weight, gradient);
        requireAfter(t, slot);
        slot.enter();
        try {
            iso.run(stream -> slot.step(stream, t, weight, gradient), weight, gradient, slot.numbers());
        } finally {
            slot.leave();
        }
    }

    @Override
    public final void step(long t, List<Update> updates) {
        ManySteps.run(t, updates, this::own);
    }

    /** Refuses what no step of this parameter can take. */
    static void check(long t, ParameterSpec spec, Matrix weight, Matrix gradient) {
        if (t < 1) {
            throw new IllegalArgumentException("the first step is 1, not " + t);
        }
        Operands.requireOutput(spec.name(), "weight", weight, spec.rows(), spec.columns());
        Operands.requireShape(spec.name(), "gradient", gradient, spec.rows(), spec.columns());
        if (weight.dtype() != spec.dtype()) {
            throw new IllegalArgumentException(spec.name() + ": weight must be " + spec.dtype() + ", not " + weight);
        }
        if (weight.overlaps(gradient)) {
            throw new IllegalArgumentException(spec.name() + ": weight and gradient overlap");
        }
    }

    /** Refuses a step that is not after the one after which the state began. */
    static void requireAfter(long t, ParameterSlot slot) {
        if (t <= slot.origin()) {
            throw new IllegalArgumentException(slot.spec().name() + " was restarted after step " + slot.origin()
                    + ": its next step must be a later one, not " + t);
        }
    }

    /** Refuses if the context is closed. */
    final void requireOpen() {
        iso.run(stream -> {});
    }

    @Override
    public final void restart(long t, ParameterId id) {
        if (t < 0) {
            throw new IllegalArgumentException("the last step done must be 0 or more, not " + t);
        }
        ParameterSlot slot = own(id);
        slot.enter();
        try {
            iso.run(stream -> slot.restart(stream, t), slot.numbers());
        } finally {
            slot.leave();
        }
    }

    @Override
    public final long stateBytes() {
        return parameters().stream().mapToLong(id -> id.slot().stateBytes()).sum();
    }

    @Override
    public final long stateBytes(ParameterId id) {
        return own(id).stateBytes();
    }

    @Override
    public final StepReport report(ParameterId id) {
        return own(id).report();
    }

    private ParameterSlot own(ParameterId id) {
        ParameterSlot slot = id.slot();
        if (!equals(slot.owner())) {
            throw new IllegalArgumentException("parameter " + id + " was registered with another optimizer");
        }
        return slot;
    }

    @Override
    public final List<String> stateNames(ParameterId id) {
        return List.copyOf(own(id).state().keySet());
    }

    @Override
    public final Matrix state(ParameterId id, String name) {
        ParameterSlot slot = own(id);
        slot.enter();
        try {
            return slot.state(name).copy();
        } finally {
            slot.leave();
        }
    }

    @Override
    public final void setState(ParameterId id, String name, Matrix values) {
        ParameterSlot slot = own(id);
        slot.enter();
        try {
            slot.setState(name, values);
        } finally {
            slot.leave();
        }
    }

    @Override
    public final void save(Path file) throws IOException {
        List<ParameterSlot> slots = ParameterSlot.enterAll(parameters());
        try {
            StateFile.of(this, slots).write(file);
        } finally {
            slots.forEach(ParameterSlot::leave);
        }
    }

    @Override
    public final void load(Path file) throws IOException {
        List<ParameterSlot> slots = ParameterSlot.enterAll(parameters());
        try {
            StateFile.of(this, slots).read(file);
        } finally {
            slots.forEach(ParameterSlot::leave);
        }
    }
}
