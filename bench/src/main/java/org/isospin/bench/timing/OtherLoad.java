package org.isospin.bench.timing;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.isospin.bench.cli.Figures;

/** How much of the processors other processes used while a run went on: what they take, no contestant has. */
final class OtherLoad {
    /** Parts below this disturb nobody. */
    private static final double NOTABLE = 0.1;

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final long startTime = System.nanoTime();
    private final long startProcessor = system.getProcessCpuTime();

    /** Starts to count. */
    OtherLoad() {
        // The next call tells the load since this one.
        system.getCpuLoad();
    }

    /** {@return a sentence if others were busy, else an empty text} */
    String note() {
        double own = (double) (system.getProcessCpuTime() - startProcessor)
                / Math.max(1, System.nanoTime() - startTime)
                / Runtime.getRuntime().availableProcessors();
        return note(system.getCpuLoad(), own);
    }

    /** {@return the sentence for the load of the whole system and that of this process, as parts of all processors} */
    static String note(double all, double own) {
        double others = all - own;
        return others >= NOTABLE
                ? "other processes used " + Figures.percent(others)
                        + " of the processors meanwhile: a quiet machine is faster, and less scattered"
                : "";
    }
}
