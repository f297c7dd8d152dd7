package org.isospin.backend;

/** Offers the {@link ReferenceBackend}, which is available everywhere. */
public final class ReferenceProvider implements BackendProvider {
    /** For the service loader. */
    public ReferenceProvider() {}

    @Override
    public String name() {
        return ReferenceBackend.NAME;
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability availability() {
        return Availability.AVAILABLE;
    }

    @Override
    public Backend create() {
        return new ReferenceBackend();
    }
}
