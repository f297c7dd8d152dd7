package org.isospin.simd;

import org.isospin.backend.Availability;
import org.isospin.backend.Backend;
import org.isospin.backend.Discovery;

/** A program for JVMs that lack something: prints what discovery makes of the SIMD backend there, and which it picks. */
final class Report {
    private Report() {}

    public static void main(String[] arguments) {
        Discovery discovery = Discovery.find();
        for (Discovery.Candidate candidate : discovery.candidates()) {
            if (candidate.name().equals(SimdProvider.NAME)) {
                Availability availability = candidate.availability();
                System.out.println(availability.isAvailable() ? "available" : availability.reason());
            }
        }
        try (Backend backend = discovery.best()) {
            System.out.println(backend.name() + " " + backend.describe());
        }
    }
}
