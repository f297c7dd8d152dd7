package org.isospin.bench.timing;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Whether the JIT is at work: what is timed before it is done is timed in the interpreter, a thousand times slower where
 * vectors are boxed. On a busy machine it can take seconds to come round to a method.
 */
final class Jit {
    private final @Nullable CompilationMXBean compilation = ManagementFactory.getCompilationMXBean();
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final @Nullable ObjectName commands = commands(server);
    private long compiled = -1;

    private static @Nullable ObjectName commands(MBeanServer server) {
        try {
            ObjectName name = new ObjectName("com.sun.management:type=DiagnosticCommand");
            return server.isRegistered(name) ? name : null;
        } catch (JMException _) {
            return null;
        }
    }

    /** {@return whether nothing was compiled since the last time this was asked, nothing is and nothing waits to be} */
    boolean isIdle() {
        long before = compiled;
        compiled = compilation != null && compilation.isCompilationTimeMonitoringSupported()
                ? compilation.getTotalCompilationTime()
                : 0;
        return compiled == before && isQueueEmpty();
    }

    private boolean isQueueEmpty() {
        if (commands == null) {
            return true;
        }
        try {
            return isEmpty(String.valueOf(server.invoke(commands, "compilerQueue", new Object[0], new String[0])));
        } catch (JMException _) {
            // Another JVM than HotSpot: the total time alone must do.
            return true;
        }
    }

    /** {@return whether a report of the command names neither a thread that compiles nor a method that waits} */
    static boolean isEmpty(String queue) {
        return queue.lines()
                .map(String::strip)
                .allMatch(line -> line.isEmpty()
                        || line.startsWith("Current compiles")
                        || line.endsWith("compile queue:")
                        || line.equals("Empty"));
    }
}
