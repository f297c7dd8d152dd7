package org.isospin.simd;

import java.util.Locale;
import java.util.stream.Stream;
import org.isospin.BackendUnavailableException;
import org.isospin.backend.Availability;
import org.isospin.backend.Backend;
import org.isospin.backend.BackendProvider;

/**
 * Offers the SIMD backend where the JVM compiles the Vector API to vector instructions: the module
 * {@code jdk.incubator.vector} is there, C2 compiles, and multiply-adds are fused by the processor.
 *
 * <p>This class mentions no type of that module, so it loads where the module is absent.
 */
public final class SimdProvider implements BackendProvider {
    /** The backend's name. */
    static final String NAME = "simd";

    /** The property that switches the backend off. */
    static final String SWITCH = "isospin.simd";

    /** The property that limits the threads of a backend. */
    static final String THREADS = "isospin.simd.threads";

    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    /**
     * Nanoseconds of one FMA that tell the processor's (1, or 25 interpreted) from the JDK's in software (300 compiled,
     * 10 000 interpreted).
     */
    private static final long SLOW_FMA = 150;

    private static final int FMAS = 64;
    private static final int TRIES = 8;

    /** For the service loader. */
    public SimdProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int priority() {
        return 50;
    }

    @Override
    public Availability availability() {
        try {
            String complaint = complaint();
            return complaint.isEmpty() ? Availability.AVAILABLE : Availability.unavailable(complaint);
        } catch (RuntimeException | LinkageError e) {
            return Availability.unavailable(
                    "the Vector API of this JVM does not work (" + e + "); run on a JDK 25 or later with HotSpot");
        }
    }

    private static String complaint() {
        String wanted = System.getProperty(SWITCH, "on").toLowerCase(Locale.ROOT);
        if (wanted.equals("off")) {
            return "the property " + SWITCH + " is off; remove -D" + SWITCH + "=off";
        }
        if (!wanted.equals("on")) {
            return SWITCH + " is '" + wanted + "'; set on or off";
        }
        if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
            return "the module " + VECTOR_MODULE + " is not in the boot layer; add --add-modules " + VECTOR_MODULE;
        }
        String compiler = compilerComplaint(
                System.getProperty("java.vm.name", ""),
                System.getProperty("java.vm.version", ""),
                System.getProperty("java.vm.info", ""));
        if (!compiler.isEmpty()) {
            return compiler;
        }
        if (!hasFma()) {
            return "multiply-adds are not fused in hardware: remove -XX:-UseFMA or run on a processor with FMA";
        }
        return Stream.of(
                        VectorWidth.complaint(),
                        KernelTrial.complaint(),
                        threadsComplaint(System.getProperty(THREADS, "")))
                .filter(c -> !c.isEmpty())
                .findFirst()
                .orElse("");
    }

    /**
     * {@return why the JVM's compiler is not one that makes vector instructions of the Vector API, or ""}
     *
     * @param name its property java.vm.name
     * @param version its property java.vm.version
     * @param info its property java.vm.info
     */
    static String compilerComplaint(String name, String version, String info) {
        if (!name.contains("OpenJDK") && !name.contains("HotSpot")) {
            return "this JVM is " + name + "; only HotSpot's C2 compiles the Vector API well: run on an OpenJDK";
        }
        if (version.contains("jvmci")) {
            return "this JVM compiles with Graal (" + version
                    + "); only HotSpot's C2 compiles the Vector API well: run on an OpenJDK without it";
        }
        if (info.contains("interpreted")) {
            return "this JVM only interprets, and interpreted vectors are slower than none: remove -Xint";
        }
        if (info.contains("emulated-client")) {
            return "this JVM compiles with C1 alone, where vectors are slower than none:"
                    + " remove -XX:TieredStopAtLevel or -XX:CompilationMode";
        }
        return "";
    }

    /** {@return whether {@link Math#fma} is one instruction}: a few are timed, since no property tells. */
    private static boolean hasFma() {
        double sum = 0;
        for (int i = 0; i < TRIES; i++) {
            long start = System.nanoTime();
            for (int k = 0; k < FMAS; k++) {
                sum = Math.fma(sum, 0.5, k);
            }
            if (System.nanoTime() - start < FMAS * SLOW_FMA) {
                return true;
            }
        }
        // Never true: the sum has to be used.
        return Double.isNaN(sum);
    }

    private static String threadsComplaint(String wanted) {
        return wanted.isEmpty() || wanted.matches("[1-9][0-9]{0,3}")
                ? ""
                : THREADS + " is '" + wanted + "'; set a number from 1 to 9999";
    }

    @Override
    public Backend create() {
        Availability availability = availability();
        if (!availability.isAvailable()) {
            throw new BackendUnavailableException("backend " + NAME + " is not available: " + availability.reason());
        }
        return new SimdBackend(Integer.getInteger(THREADS, Runtime.getRuntime().availableProcessors()));
    }
}
