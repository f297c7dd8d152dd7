package org.isospin.backend;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * What the user of a program asks of {@code Isospin.auto()}: the system property {@value #PROPERTY} or, without it, the
 * environment variable {@value #VARIABLE}. Its words, separated by commas, are
 *
 * <ul>
 *   <li>{@code auto}, or nothing: the best backend of the host, and a device for large calls;
 *   <li>{@code cpu}: the best backend of the host, and no device;
 *   <li>a backend's name, like {@code cuda}, {@code cuda:1}, {@code simd} or {@code reference}: that one, or a failure with the
 *       reason;
 *   <li>a name after a minus, like {@code -cuda} or {@code -simd}: any but that one.
 * </ul>
 *
 * <p>Contexts that a program makes by name are what the program says. More properties concern one backend each: {@code
 * isospin.simd} (on or off), {@code isospin.simd.threads}, {@code isospin.simd.warmup} (on, or off: no kernels are compiled and
 * compared beside the first product), {@code isospin.cuda} (where CUDA's libraries are) and {@code isospin.cuda.device} (its number).
 *
 * @param wanted a backend's name, {@code cpu} or {@code auto}
 * @param forbidden the names after a minus
 * @param origin what was set, for messages
 */
public record BackendChoice(String wanted, Set<String> forbidden, String origin) {
    /** The system property. */
    public static final String PROPERTY = "isospin.backend";

    /** The environment variable. */
    public static final String VARIABLE = "ISOSPIN_BACKEND";

    private static final String AUTO = "auto";
    private static final String CPU = "cpu";

    /** Keeps a copy. */
    public BackendChoice {
        forbidden = Set.copyOf(forbidden);
    }

    /**
     * {@return what is set now}
     *
     * @throws IllegalArgumentException if it is not of that form
     */
    public static BackendChoice current() {
        return of(System.getProperties(), System.getenv());
    }

    static BackendChoice of(Properties properties, Map<String, String> environment) {
        String property = properties.getProperty(PROPERTY);
        return property != null
                ? parse(property, PROPERTY + "=" + property)
                : parse(environment.getOrDefault(VARIABLE, ""), VARIABLE + "=" + environment.get(VARIABLE));
    }

    private static BackendChoice parse(String text, String origin) {
        List<String> wanted = new ArrayList<>();
        Set<String> forbidden = new LinkedHashSet<>();
        for (String part : text.toLowerCase(Locale.ROOT).split(",", -1)) {
            String word = part.strip();
            if (word.startsWith("-")) {
                forbidden.add(word.substring(1).strip());
            } else if (!word.isEmpty() && !word.equals(AUTO)) {
                wanted.add(word);
            }
        }
        if (wanted.size() > 1) {
            throw new IllegalArgumentException(origin + ": one backend can be wanted, not " + wanted.size()
                    + "; those that must not be used have a minus before their names");
        }
        String chosen = wanted.isEmpty() ? AUTO : wanted.getFirst();
        if (forbidden.contains(chosen)) {
            throw new IllegalArgumentException(origin + ": " + chosen + " is wanted and forbidden");
        }
        return new BackendChoice(chosen, forbidden, origin);
    }

    /** {@return whether one backend is wanted by its name} */
    public boolean isNamed() {
        return !wanted.equals(AUTO) && !wanted.equals(CPU);
    }

    /** {@return whether a backend must not be used} */
    boolean forbids(String name, Place place) {
        return forbidden.contains(name) || (wanted.equals(CPU) && place == Place.DEVICE);
    }

    /** Refuses a name that no backend has. */
    void requireKnown(List<String> names) {
        forbidden.forEach(name -> requireKnown(name, names));
        if (isNamed()) {
            requireKnown(Discovery.backendOf(wanted), names);
        }
    }

    private void requireKnown(String name, List<String> names) {
        if (!names.contains(name)) {
            throw new IllegalArgumentException(
                    origin + ": no backend is named '" + name + "'; there is " + String.join(", ", names));
        }
    }
}
