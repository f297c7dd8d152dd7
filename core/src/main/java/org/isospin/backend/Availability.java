package org.isospin.backend;

/**
 * Whether a backend can run here.
 *
 * @param isAvailable whether it can
 * @param reason why not, in one sentence that says what to do about it; empty if it can
 */
public record Availability(boolean isAvailable, String reason) {
    /** Available. */
    public static final Availability AVAILABLE = new Availability(true, "");

    /**
     * {@return unavailable, with a reason}
     *
     * @param reason one sentence that says what to do about it
     */
    public static Availability unavailable(String reason) {
        return new Availability(false, reason);
    }
}
