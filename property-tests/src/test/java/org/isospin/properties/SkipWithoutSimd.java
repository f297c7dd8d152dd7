package org.isospin.properties;

import net.jqwik.api.lifecycle.LifecycleContext;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.SkipExecutionHook;

/** Skips a container of properties where simd cannot run, with the reason. */
class SkipWithoutSimd implements SkipExecutionHook {
    @Override
    public SkipResult shouldBeSkipped(LifecycleContext context) {
        return Backends.whySimdIsMissing()
                .map(reason -> SkipResult.skip(context.label() + " needs simd: " + reason))
                .orElse(SkipResult.doNotSkip());
    }

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }
}
