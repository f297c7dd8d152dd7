package org.isospin.bench.apply;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.isospin.bench.cli.UsageException;

/** The {@code --param} options of one call, checked against what the operation takes. */
final class Parameters {
    /**
     * What an operation takes.
     *
     * @param name its name
     * @param fallback its value if it is not given
     * @param allowed its values; a single entry describes them in words
     */
    record Declared(String name, String fallback, List<String> allowed) {
        static Declared choice(String name, String... values) {
            return new Declared(name, values[0], List.of(values));
        }

        static Declared number(String name, long fallback, String range) {
            return new Declared(name, Long.toString(fallback), List.of(range));
        }

        /** {@return the parameter for help, the default first} */
        String help() {
            return allowed.size() > 1 ? toString() : name + "=" + fallback + " (" + allowed.getFirst() + ")";
        }

        /** {@return the parameter for messages} */
        @Override
        public String toString() {
            return name + "=" + String.join("|", allowed);
        }
    }

    private final String operation;
    private final Map<String, String> values;

    private Parameters(String operation, Map<String, String> values) {
        this.operation = operation;
        this.values = values;
    }

    /**
     * {@return the parameters of a call}
     *
     * @param operation the operation's name
     * @param declared what it takes
     * @param given what the user gave
     * @throws UsageException if a name or a value is not among the declared ones
     */
    static Parameters of(String operation, List<Declared> declared, Map<String, String> given) {
        Map<String, String> values = new LinkedHashMap<>();
        declared.forEach(d -> values.put(d.name, d.fallback));
        given.forEach((name, value) -> {
            Declared match = declared.stream()
                    .filter(d -> d.name.equals(name))
                    .findFirst()
                    .orElseThrow(() -> new UsageException("apply " + operation + " takes no parameter '" + name + "'; "
                            + (declared.isEmpty() ? "it has none" : "it has " + list(declared))));
            if (match.allowed.size() > 1 && !match.allowed.contains(value)) {
                throw new UsageException("apply " + operation + ": " + match + " cannot be '" + value + "'");
            }
            values.put(name, value);
        });
        return new Parameters(operation, values);
    }

    private static String list(List<Declared> declared) {
        return declared.stream().map(Declared::toString).collect(Collectors.joining(", "));
    }

    /** {@return the value of a declared parameter} */
    String value(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    boolean isSet(String name) {
        return Boolean.parseBoolean(value(name));
    }

    /** {@return an enum constant named by a choice, as in negative-half → NEGATIVE_HALF} */
    <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Enum.valueOf(type, value(name).replace('-', '_').toUpperCase(Locale.ROOT));
    }

    long number(String name, long min, long max) {
        String value = value(name);
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Reported below, like a number out of range.
        }
        throw new UsageException("apply " + operation + ": " + name + " must be an integer from " + min + " to " + max
                + ", not '" + value + "'");
    }
}
