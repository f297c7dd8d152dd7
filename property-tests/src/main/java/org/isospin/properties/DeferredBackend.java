package org.isospin.properties;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.isospin.Precision;
import org.isospin.backend.Backend;
import org.isospin.backend.ComputeStream;
import org.jspecify.annotations.Nullable;

/**
 * A backend that runs nothing until a scalar is read: what a device does, made visible on any machine.
 *
 * <p>It wraps a real backend and queues every kernel call of a stream; {@link ComputeStream#read} runs the queue and counts
 * one wait, and {@link #complete} runs the rest without counting. An algorithm
 * that looks at elements by itself sees garbage here and fails its tests, and {@link #waits} tells whether it keeps the
 * number of waits that it documents.
 */
public final class DeferredBackend implements Backend {
    /** What is never queued: bookkeeping that touches no element. */
    private static final Set<String> IMMEDIATE =
            Set.of("workspace", "precision", "arithmetic", "progress", "listen", "scalar", "indices");

    private final Backend target;
    private final AtomicLong waits = new AtomicLong();
    private final AtomicLong calls = new AtomicLong();
    private final List<Queueing> streams = new CopyOnWriteArrayList<>();

    /**
     * Wraps a backend.
     *
     * @param target what runs the queued calls; closed with this
     */
    public DeferredBackend(Backend target) {
        this.target = target;
    }

    /** {@return how many reads waited so far} */
    public long waits() {
        return waits.get();
    }

    /** {@return how many kernel calls were queued so far} */
    public long calls() {
        return calls.get();
    }

    @Override
    public String name() {
        return "deferred";
    }

    @Override
    public SequencedMap<String, String> describe() {
        SequencedMap<String, String> lines = new LinkedHashMap<>();
        lines.put("runs", "nothing until a read, then " + target.name());
        return lines;
    }

    @Override
    public ComputeStream open(int threads, Precision precision) {
        Queueing handler = new Queueing(target.open(threads, precision));
        streams.add(handler);
        return (ComputeStream) Proxy.newProxyInstance(
                ComputeStream.class.getClassLoader(), new Class<?>[] {ComputeStream.class}, handler);
    }

    /** Runs what is still queued, without counting a wait: outputs of calls that returned are complete after this. */
    public void complete() {
        for (Queueing stream : streams) {
            try {
                stream.run();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError("kernels throw no checked exceptions", e);
            }
        }
    }

    @Override
    public void close() {
        target.close();
    }

    /** Something to run later. */
    @FunctionalInterface
    private interface Call {
        void run() throws Throwable;
    }

    private final class Queueing implements InvocationHandler {
        private final ComputeStream stream;
        private final Queue<Call> queue = new ArrayDeque<>();

        Queueing(ComputeStream stream) {
            this.stream = stream;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
                throws Throwable {
            if (method.getDeclaringClass() == Object.class || IMMEDIATE.contains(method.getName())) {
                return call(method, arguments);
            }
            String name = method.getName();
            if (name.equals("read")) {
                waits.incrementAndGet();
            }
            if (name.equals("read") || name.equals("reset") || name.equals("close")) {
                run();
                return call(method, arguments);
            }
            if (method.isDefault()) {
                // A factorization: its own kernel calls are queued one by one.
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            calls.incrementAndGet();
            queue.add(() -> call(method, arguments));
            return null;
        }

        private void run() throws Throwable {
            for (Call next = queue.poll(); next != null; next = queue.poll()) {
                next.run();
            }
        }

        private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
            try {
                return method.invoke(stream, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }
    }
}
