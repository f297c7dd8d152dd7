package org.isospin;

import org.isospin.backend.Backend;
import org.isospin.backend.Discovery;
import org.isospin.placement.Hardware;
import org.jspecify.annotations.Nullable;

/**
 * The engine of a device that nothing of is touched, not even its libraries, until the first call could go there: it is opened
 * then, once, or never.
 */
final class DeviceEngine {
    private static final Hardware UNKNOWN = new Hardware("", 0, "", "", "");

    private final Discovery.Candidate candidate;
    private @Nullable Engine engine;
    private Hardware hardware = UNKNOWN;
    private long memoryBytes;
    private @Nullable BackendUnavailableException refusal;
    private boolean isClosed;

    DeviceEngine(Discovery.Candidate candidate) {
        this.candidate = candidate;
    }

    Discovery.Candidate candidate() {
        return candidate;
    }

    String name() {
        return candidate.name();
    }

    /** {@return the engine, opened now if it never was; null if the device cannot be used} */
    synchronized @Nullable Engine open() {
        if (isClosed) {
            throw new IllegalStateException("this context is closed");
        }
        if (engine == null && refusal == null) {
            try {
                engine = engine(candidate.create());
            } catch (BackendUnavailableException e) {
                refusal = e;
            } catch (RuntimeException e) {
                refusal = new BackendUnavailableException("backend " + name() + " is not available: " + e.getMessage());
                refusal.initCause(e);
            }
        }
        return engine;
    }

    private Engine engine(Backend backend) {
        try {
            hardware = UNKNOWN.with(backend);
            memoryBytes = backend.memoryBytes();
            return new Engine(backend);
        } catch (RuntimeException e) {
            backend.close();
            throw e;
        }
    }

    /** {@return which device it is, once it is open} */
    synchronized Hardware hardware() {
        return hardware;
    }

    /** {@return the bytes of its memory, once it is open} */
    synchronized long memoryBytes() {
        return memoryBytes;
    }

    /**
     * {@return the engine, opened now if it never was}
     *
     * @throws BackendUnavailableException if the device cannot be used
     */
    synchronized Engine require() {
        Engine opened = open();
        if (opened == null) {
            throw new BackendUnavailableException(refusal());
        }
        return opened;
    }

    /** {@return whether it was opened, and works} */
    synchronized boolean isOpen() {
        return engine != null;
    }

    /** {@return why the device cannot be used; empty if it can, or nobody tried} */
    synchronized String refusal() {
        return refusal == null ? "" : String.valueOf(refusal.getMessage());
    }

    void close() {
        Engine opened;
        synchronized (this) {
            isClosed = true;
            opened = engine;
        }
        if (opened != null) {
            opened.close();
        }
    }
}
