package org.isospin.backend;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
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
     * A backend that was found, or what is left of one that failed to load. Whether it can run here is asked once, when
     * somebody wants to know: the answer of a device's backend takes the loading of its libraries.
     */
    public static final class Candidate {
        private final String name;
        private final int priority;
        private final Place place;
        private final @Nullable BackendProvider provider;
        private @Nullable Availability availability;

        private Candidate(BackendProvider provider) {
            this.name = provider.name();
            this.priority = provider.priority();
            this.place = provider.place();
            this.provider = provider;
        }

        private Candidate(Candidate other, Availability availability) {
            this.name = other.name;
            this.priority = other.priority;
            this.place = other.place;
            this.provider = other.provider;
            this.availability = availability;
        }

        private Candidate(Throwable failure) {
            this.name = "(failed to load)";
            this.priority = -1;
            this.place = Place.HOST;
            this.provider = null;
            this.availability = unavailable(failure);
        }

        /** {@return the backend's name, or what is said where it failed to load} */
        public String name() {
            return name;
        }

        /** {@return the rank in automatic selection} */
        public int priority() {
            return priority;
        }

        /** {@return where it computes} */
        public Place place() {
            return place;
        }

        /** {@return the provider; null if it failed to load} */
        public @Nullable BackendProvider provider() {
            return provider;
        }

        /** {@return whether it can run here} */
        public synchronized Availability availability() {
            Availability known = availability;
            if (known == null) {
                known = ask();
                availability = known;
            }
            return known;
        }

        private Availability ask() {
            try {
                return Objects.requireNonNull(provider).availability();
            } catch (RuntimeException | LinkageError e) {
                return unavailable(e);
            }
        }

        /** {@return whether it is known, without asking, whether it can run here} */
        public synchronized boolean isAsked() {
            return availability != null;
        }

        /**
         * {@return the backend}
         *
         * @throws BackendUnavailableException if it cannot run here; the message says why
         */
        public Backend create() {
            return create(BackendProvider::create);
        }

        private Backend create(Function<BackendProvider, Backend> how) {
            Availability known = availability();
            if (provider == null || !known.isAvailable()) {
                throw new BackendUnavailableException("backend " + name + " is not available: " + known.reason());
            }
            try {
                return how.apply(provider);
            } catch (LinkageError e) {
                throw new BackendUnavailableException("backend " + name + " is not available: "
                        + unavailable(e).reason());
            }
        }
    }

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
                found.add(new Candidate(providers.next()));
            } catch (ServiceConfigurationError | LinkageError e) {
                found.add(new Candidate(e));
            }
        }
        found.sort(Comparator.comparingInt(Candidate::priority).reversed().thenComparing(Candidate::name));
        return new Discovery(List.copyOf(found));
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

    /**
     * {@return the same backends, of which those that the user forbids are unavailable}
     *
     * @param choice what the user asks for
     * @throws IllegalArgumentException if it forbids a backend that nobody knows
     */
    public Discovery under(BackendChoice choice) {
        choice.requireKnown(names());
        return new Discovery(candidates.stream()
                .map(c -> choice.forbids(c.name(), c.place())
                        ? new Candidate(c, Availability.unavailable("forbidden by " + choice.origin()))
                        : c)
                .toList());
    }

    /** {@return the device that ranks first, which nobody asked yet whether it works; empty if there is none or all are forbidden} */
    public Optional<Candidate> device() {
        return candidates.stream()
                .filter(c -> c.place() == Place.DEVICE && !c.isAsked())
                .findFirst();
    }

    private List<String> names() {
        return candidates.stream()
                .filter(c -> c.provider() != null)
                .map(Candidate::name)
                .toList();
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

    /** {@return a name without the number of a device} */
    static String backendOf(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    private static int device(String name, int start) {
        String number = name.substring(start);
        if (!number.matches("[0-9]{1,4}")) {
            throw new IllegalArgumentException(
                    "backend " + name + ": after the colon comes the number of a device, not '" + number + "'");
        }
        return Integer.parseInt(number);
    }

    /**
     * {@return the backend of a name}
     *
     * @param name a backend's name, in any case; after a colon there may be the number of a device, as in cuda:1
     * @throws IllegalArgumentException if no backend has that name, or it has no such device
     * @throws BackendUnavailableException if it cannot run here; the message says why
     */
    public Backend named(String name) {
        String wanted = backendOf(name.toLowerCase(Locale.ROOT));
        for (Candidate c : candidates) {
            if (c.provider() != null && c.name().equals(wanted)) {
                return wanted.length() == name.length()
                        ? c.create()
                        : c.create(provider -> provider.createOn(device(name, wanted.length() + 1)));
            }
        }
        String failures = candidates.stream()
                .filter(c -> c.provider() == null)
                .map(c -> "; a provider failed to load: " + c.availability().reason())
                .collect(Collectors.joining());
        throw new IllegalArgumentException(
                "no backend is named '" + name + "'; there is " + String.join(", ", names()) + failures);
    }
}
