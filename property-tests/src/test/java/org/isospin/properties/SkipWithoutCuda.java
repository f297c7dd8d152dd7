package org.isospin.properties;

import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Skips a container of properties where neither a GPU nor the stand-in is there, with the reason. */
class SkipWithoutCuda implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
        return Backends.whyCudaIsMissing()
                .map(reason -> SkipResult.skip(context.label() + " needs CUDA: " + reason))
                .orElse(SkipResult.doNotSkip());
    }

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }
}
