package org.isospin.properties;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.isospin.Isospin;
import org.isospin.backend.Discovery;
import org.isospin.backend.ReferenceBackend;

/** The backends that suites run on: reference, simd, cuda, and reference behind {@link DeferredBackend}. */
final class Backends {
    static final String REFERENCE = "reference";
    static final String SIMD = "simd";
    static final String DEFERRED = "deferred";
    static final String CUDA = "cuda";

    /** Set where everything must run: a suite that cannot then fails instead of being skipped. */
    private static final String REQUIRE_ALL = "ISOSPIN_REQUIRE_ALL";

    /** Set to have every suite run on cuda too, not only those that are about it: two minutes more. */
    private static final String EVERYTHING_ON_CUDA = "ISOSPIN_TEST_CUDA";

    private static final Map<String, Isospin> SHARED = new ConcurrentHashMap<>();

    private Backends() {}

    /** {@return the backends that run here; cuda, which has suites of its own, where it is asked for} */
    static List<String> available() {
        boolean isWithCuda = System.getenv(EVERYTHING_ON_CUDA) != null;
        return Stream.of(
                        Stream.of(REFERENCE),
                        whySimdIsMissing().isEmpty() ? Stream.of(SIMD) : Stream.<String>of(),
                        Stream.of(DEFERRED),
                        isWithCuda && whyCudaIsMissing().isEmpty() ? Stream.of(CUDA) : Stream.<String>of())
                .flatMap(names -> names)
                .toList();
    }

    /** {@return why simd cannot run here; empty if it can, or if it must} */
    static Optional<String> whySimdIsMissing() {
        return whyMissing(SIMD);
    }

    /** {@return why neither a GPU nor the stand-in can be used; empty if one can, or if it must} */
    static Optional<String> whyCudaIsMissing() {
        return whyMissing(CUDA)
                .map(reason -> System.getProperty(StandIn.PROPERTY) == null
                        ? StandIn.build().reason() + "; " + reason
                        : reason);
    }

    private static Optional<String> whyMissing(String backend) {
        if (System.getenv(REQUIRE_ALL) != null) {
            return Optional.empty();
        }
        return Discovery.find().candidates().stream()
                .filter(c -> c.name().equals(backend))
                .findFirst()
                .map(c -> c.availability().isAvailable() ? "" : c.availability().reason())
                .or(() -> Optional.of("it is not on the class path"))
                .filter(reason -> !reason.isEmpty());
    }

    /** {@return a new context, which the caller closes} */
    static Isospin open(String backend) {
        return backend.equals(DEFERRED)
                ? Isospin.on(new DeferredBackend(new ReferenceBackend()))
                : Isospin.named(backend);
    }

    /** {@return a context that all suites of this JVM share and none closes} */
    static Isospin shared(String backend) {
        return SHARED.computeIfAbsent(backend, Backends::open);
    }
}
