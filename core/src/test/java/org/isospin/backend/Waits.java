package org.isospin.backend;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.isospin.Precision;

/** A plain Java stream that counts how often a scalar is read. */
public final class Waits {
    private final HostStream target = new HostStream(1, Precision.STANDARD, new VectorOps());
    private int count;

    /** {@return reads since the last call of this method} */
    public int take() {
        int taken = count;
        count = 0;
        return taken;
    }

    public ComputeStream stream() {
        return (ComputeStream) Proxy.newProxyInstance(
                ComputeStream.class.getClassLoader(),
                new Class<?>[] {ComputeStream.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("read")) {
                        count++;
                    }
                    try {
                        return method.invoke(target, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
