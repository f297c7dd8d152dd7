package org.isospin.gpu;

import org.isospin.BackendUnavailableException;
import org.isospin.backend.Availability;
import org.isospin.backend.Backend;
import org.isospin.backend.BackendProvider;
import org.isospin.backend.Place;
import org.isospin.ffm.cuda.CudaStatus;

/**
 * Offers the CUDA backend, as soon as there is one: this version finds libraries, driver and devices, but has no kernels for
 * them, and says so.
 */
public final class CudaProvider implements BackendProvider {
    /** For the service loader. */
    public CudaProvider() {}

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Place place() {
        return Place.DEVICE;
    }

    @Override
    public Availability availability() {
        return availability(CudaStatus.get());
    }

    static Availability availability(CudaStatus status) {
        if (!status.isUsable()) {
            return Availability.unavailable(status.reason());
        }
        return Availability.unavailable(status.origin() + " was found with " + String.join(", ", status.devices())
                + ", but this version of Isospin has no CUDA kernels yet");
    }

    @Override
    public Backend create() {
        throw new BackendUnavailableException(
                "backend cuda is not available: " + availability().reason());
    }
}
