package org.isospin.gpu;

import java.util.function.Supplier;
import org.isospin.BackendUnavailableException;
import org.isospin.DeviceException;
import org.isospin.backend.Availability;
import org.isospin.backend.Backend;
import org.isospin.backend.BackendProvider;
import org.isospin.backend.Place;
import org.isospin.ffm.cuda.CudaStatus;

/** Offers the CUDA backend where libraries, driver and a device are there. */
@SuppressWarnings("exports") // the contract is exported to our own modules until 1.0
public final class CudaProvider implements BackendProvider {
    /** For the service loader. */
    public CudaProvider() {}

    @Override
    public String name() {
        return CudaBackend.NAME;
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
        return status.isUsable() ? Availability.AVAILABLE : Availability.unavailable(status.reason());
    }

    @Override
    public Backend create() {
        return create(Device::open);
    }

    @Override
    public Backend createOn(int device) {
        return create(() -> Device.open(device));
    }

    private Backend create(Supplier<Device> device) {
        Availability availability = availability();
        if (!availability.isAvailable()) {
            throw new BackendUnavailableException("backend cuda is not available: " + availability.reason());
        }
        try {
            return new CudaBackend(device.get());
        } catch (DeviceException e) {
            throw new BackendUnavailableException("backend cuda is not available: " + e.getMessage());
        }
    }
}
