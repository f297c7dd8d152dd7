package org.isospin.backend;

/**
 * Offers a backend to {@link java.util.ServiceLoader}. Its class must load in any JVM, whatever that lacks: types of
 * optional modules belong behind {@link #create}.
 */
public interface BackendProvider {
    /** {@return the name of the backend} */
    String name();

    /** {@return the rank in automatic selection: the highest that is available wins; reference 0, simd 50} */
    int priority();

    /** {@return where the backend computes; {@code Isospin.cpu()} chooses among those on the host} */
    default Place place() {
        return Place.HOST;
    }

    /** {@return whether {@link #create} will work here, or why not; never throws} */
    Availability availability();

    /**
     * Makes the backend.
     *
     * @return a new backend, which the caller closes
     * @throws org.isospin.BackendUnavailableException if it is not available
     */
    Backend create();

    /**
     * Makes the backend on one of several devices.
     *
     * @param device its number, from 0
     * @return a new backend, which the caller closes
     * @throws IllegalArgumentException if there is no such device
     * @throws org.isospin.BackendUnavailableException if it is not available
     */
    default Backend createOn(int device) {
        throw new IllegalArgumentException(
                "backend " + name() + " computes on the processor, it has no device " + device);
    }
}
