package org.isospin.backend;

import java.lang.reflect.Method;

/** Measures heap allocation of the current thread; by reflection, because the module under test reads no management. */
public final class Garbage {
    private Garbage() {}

    /** {@return bytes allocated by an action, once it has run often enough to be compiled and to have grown its scratch} */
    public static long perRun(int warmUp, int runs, Runnable action) {
        for (int i = 0; i < warmUp; i++) {
            action.run();
        }
        long before = allocated();
        for (int i = 0; i < runs; i++) {
            action.run();
        }
        return (allocated() - before) / runs;
    }

    private static long allocated() {
        try {
            Object bean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            Method bytes = Class.forName("com.sun.management.ThreadMXBean").getMethod("getCurrentThreadAllocatedBytes");
            return (Long) bytes.invoke(bean);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no allocation counter", e);
        }
    }
}
