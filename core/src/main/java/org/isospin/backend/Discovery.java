package org.isospin.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.isospin.BackendUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the backends of this JVM, each with its reason where it cannot run.
 *
 * <p>Every provider is tried on its own: one that fails to load (a module is missing, a class does not link) becomes a
 * sentence, never an error.
 */
public final class Discovery {
    /**
     * A backend that was found, or what is left of one that failed to load.
     *
     * @param name the backend's name, or the failure's origin
     * @param priority the rank in automatic selection
     * @param place where it computes
     * @param availability whether it can run here
     * @param provider the provider; null if it failed to load
     */
    public record Candidate(
            String name,
            int priority,
            Place place,
            Availability availability,
            @Nullable BackendProvider provider) {}

    private final List<Candidate> candidates;

    private Discovery(List<Candidate> candidates) {
        this.candidates = candidates;
    }

    /** {@return the backends of this JVM, by descending priority} */
    public static Discovery find() {
        // The loader of core sees the providers wherever an application can: on its class path or in its layer.
        return of(ServiceLoader.load(BackendProvider.class, BackendProvider.class.getClassLoader())
                .iterator());
    }

    /**
     * {@return the backends of an iterator whose steps may throw, by descending priority}
     *
     * @param providers a service loader's iterator
     */
    public static Discovery of(Iterator<BackendProvider> providers) {
        List<Candidate> found = new ArrayList<>();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    break;
                }
                found.add(examine(providers.next()));
            } catch (ServiceConfigurationError | LinkageError e) {
                found.add(new Candidate("(failed to load)", -1, Place.HOST, unavailable(e), null));
            }
        }
        found.sort(Comparator.comparingInt(Candidate::priority).reversed().thenComparing(Candidate::name));
        return new Discovery(List.copyOf(found));
    }

    private static Candidate examine(BackendProvider provider) {
        Availability availability;
        try {
            availability = provider.availability();
        } catch (RuntimeException | LinkageError e) {
            availability = unavailable(e);
        }
        return new Candidate(provider.name(), provider.priority(), provider.place(), availability, provider);
    }

    private static Availability unavailable(Throwable e) {
        String message = e.getMessage();
        return Availability.unavailable(e.getClass().getSimpleName()
                + (message == null ? "" : ": " + message.lines().findFirst().orElse("")));
    }

    /** {@return everything that was found, by descending priority} */
    public List<Candidate> candidates() {
        return candidates;
    }

    /** {@return the best backend that works here} */
    public Backend best() {
        return best(candidates);
    }

    /** {@return the best backend that works here and computes on the host} */
    public Backend bestOnHost() {
        return best(candidates.stream().filter(c -> c.place() == Place.HOST).toList());
    }

    private static Backend best(List<Candidate> ranked) {
        List<String> reasons = new ArrayList<>();
        for (Candidate c : ranked) {
            if (c.provider() != null && c.availability().isAvailable()) {
                try {
                    return c.provider().create();
                } catch (BackendUnavailableException | LinkageError e) {
                    reasons.add(c.name() + ": " + unavailable(e).reason());
                }
            } else {
                reasons.add(c.name() + ": " + c.availability().reason());
            }
        }
        throw new BackendUnavailableException("no backend can run here: " + String.join("; ", reasons));
    }

    /**
     * {@return the backend of a name}
     *
     * @param name a backend's name, in any case
     * @throws IllegalArgumentException if no backend has that name
     * @throws BackendUnavailableException if it cannot run here; the message says why
     */
    public Backend named(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Candidate c : candidates) {
            if (c.provider() != null && c.name().equals(wanted)) {
                if (!c.availability().isAvailable()) {
                    throw new BackendUnavailableException("backend " + wanted + " is not available: "
                            + c.availability().reason());
                }
                try {
                    return c.provider().create();
                } catch (LinkageError e) {
                    throw new BackendUnavailableException("backend " + wanted + " is not available: "
                            + unavailable(e).reason());
                }
            }
        }
        String failures = candidates.stream()
                .filter(c -> c.provider() == null)
                .map(c -> "; a provider failed to load: " + c.availability().reason())
                .collect(Collectors.joining());
        throw new IllegalArgumentException("no backend is named '" + name + "'; there is "
                + candidates.stream()
                        .filter(c -> c.provider() != null)
                        .map(Candidate::name)
                        .collect(Collectors.joining(", "))
                + failures);
    }
}
