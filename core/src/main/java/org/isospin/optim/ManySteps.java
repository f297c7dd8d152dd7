package org.isospin.optim;

import java.util.List;
import java.util.function.Consumer;

/** A step of many parameters, which may be different optimizers': everything is checked before anything is changed. */
final class ManySteps {
    private ManySteps() {}

    /**
     * Steps.
     *
     * @param t the step
     * @param updates the parameters, of which none may be twice among them
     * @param requireOwn refuses a parameter that is not the caller's
     */
    static void run(long t, List<Update> updates, Consumer<ParameterId> requireOwn) {
        AbstractOptimizer open = null;
        for (Update update : updates) {
            requireOwn.accept(update.id());
            ParameterSlot slot = update.id().slot();
            AbstractOptimizer.check(t, slot.spec(), update.weight(), update.gradient());
            AbstractOptimizer.requireAfter(t, slot);
            if (!slot.owner().equals(open)) {
                open = slot.owner();
                open.requireOpen();
            }
        }
        int entered = 0;
        try {
            for (Update update : updates) {
                enter(updates, entered, update.id());
                entered++;
            }
            stepAll(t, updates);
        } finally {
            for (int i = 0; i < entered; i++) {
                updates.get(i).id().slot().leave();
            }
        }
    }

    private static void enter(List<Update> updates, int index, ParameterId id) {
        try {
            id.slot().enter();
        } catch (IllegalStateException e) {
            for (int i = 0; i < index; i++) {
                if (updates.get(i).id().equals(id)) {
                    throw new IllegalArgumentException(
                            "parameter " + id + " is twice among the updates, at " + i + " and " + index, e);
                }
            }
            throw e;
        }
    }

    private static void stepAll(long t, List<Update> updates) {
        for (int i = 0; i < updates.size(); i++) {
            Update update = updates.get(i);
            ParameterSlot slot = update.id().slot();
            int done = i;
            try {
                slot.owner()
                        .iso()
                        .run(
                                stream -> {
                                    stream.progress().at("step", done, updates.size());
                                    slot.step(stream, t, update.weight(), update.gradient());
                                },
                                update.weight(),
                                update.gradient(),
                                slot.numbers());
            } catch (RuntimeException e) {
                throw new StepException(slot.spec().name(), done, updates.size(), e);
            }
        }
    }
}
