package org.isospin.gpu;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The modules that are loaded, one for each device in use: contexts and scopes share it. The first of them loads it, which takes
 * long where the driver must compile it; the last one unloads it.
 */
final class KernelModules {
    private static final Map<Integer, Shared> LOADED = new ConcurrentHashMap<>();

    private record Shared(KernelModule module, int users) {}

    private KernelModules() {}

    /**
     * {@return the module of a device, until {@link #release}}
     *
     * @param ordinal the device, to which the calling thread is bound
     */
    static KernelModule acquire(int ordinal) {
        // Whoever comes while it is being loaded waits for it, and a failure leaves nothing behind.
        Shared shared = LOADED.compute(
                ordinal,
                (_, old) -> old == null ? new Shared(new KernelModule(), 1) : new Shared(old.module, old.users + 1));
        return Objects.requireNonNull(shared).module;
    }

    /** One of those who acquired a device's module needs it no more; the calling thread is bound to the device. */
    static void release(int ordinal) {
        LOADED.computeIfPresent(ordinal, (_, shared) -> {
            if (shared.users > 1) {
                return new Shared(shared.module, shared.users - 1);
            }
            shared.module.close();
            return null;
        });
    }
}
