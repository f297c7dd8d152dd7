package org.isospin;

import java.util.ArrayList;
import java.util.List;
import org.isospin.backend.Backend;
import org.isospin.backend.ComputeStream;

/**
 * A backend and its idle streams, shared by a context and those derived from it: each call leases a stream, so that
 * concurrent callers never share scratch, and closing waits for the calls in flight.
 */
final class Engine {
    /** A stream and what it was opened for. */
    record Lease(ComputeStream stream, int threads, Precision precision) {}

    private final Backend backend;
    private final List<Lease> idle = new ArrayList<>();
    private int calls;
    private boolean isClosed;
    private boolean isReleased;

    Engine(Backend backend) {
        this.backend = backend;
    }

    Backend backend() {
        return backend;
    }

    /** {@return a stream for one call; the latest used first, whose scratch is still in the caches} */
    Lease lease(int threads, Precision precision, ProgressListener progress) {
        Lease lease = idleOrNew(threads, precision);
        lease.stream.listen(progress);
        return lease;
    }

    private Lease idleOrNew(int threads, Precision precision) {
        synchronized (this) {
            if (isClosed) {
                throw new IllegalStateException("this context is closed");
            }
            calls++;
            for (int i = idle.size() - 1; i >= 0; i--) {
                Lease found = idle.get(i);
                if (found.threads == threads && found.precision == precision) {
                    return idle.remove(i);
                }
            }
        }
        ComputeStream stream = null;
        try {
            stream = backend.open(threads, precision);
            return new Lease(stream, threads, precision);
        } finally {
            if (stream == null) {
                end();
            }
        }
    }

    /** Takes a stream back, in whatever state its call left it. */
    void giveBack(Lease lease) {
        boolean isReset = false;
        try {
            lease.stream.reset();
            isReset = true;
            synchronized (this) {
                idle.add(lease);
            }
        } finally {
            if (!isReset) {
                lease.stream.close();
            }
            end();
        }
    }

    private synchronized void end() {
        calls--;
        notifyAll();
    }

    /** Refuses new calls, waits for those in flight and frees everything; a second caller waits for the first. */
    void close() {
        boolean wasInterrupted = false;
        synchronized (this) {
            boolean isFirst = !isClosed;
            isClosed = true;
            while (isFirst ? calls > 0 : !isReleased) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    wasInterrupted = true;
                }
            }
            if (isFirst) {
                release();
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void release() {
        try {
            for (Lease lease : idle) {
                lease.stream.close();
            }
            idle.clear();
            backend.close();
        } finally {
            isReleased = true;
            notifyAll();
        }
    }
}
