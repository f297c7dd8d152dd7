package org.isospin.properties.golden;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.isospin.DType;
import org.isospin.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * A case: inputs, settings and expected quantities. Its matrices are views of the group's file and live until the group is
 * closed.
 */
public final class GoldenCase {
    /** An input, what the reference took instead where it computed in bfloat16, and the rows of each matrix stacked in it. */
    record Input(Matrix values, @Nullable Matrix nativeValues, int rows) {}

    private final String group;
    private final String name;
    private final Map<String, Object> settings;
    private final Map<String, Input> inputs;
    private final List<GoldenQuantity> quantities;

    GoldenCase(
            String group,
            String name,
            Map<String, Object> settings,
            Map<String, Input> inputs,
            List<GoldenQuantity> quantities) {
        this.group = group;
        this.name = name;
        this.settings = settings;
        this.inputs = inputs;
        this.quantities = List.copyOf(quantities);
    }

    /** {@return the name of its group} */
    public String group() {
        return group;
    }

    /** {@return its name within the group} */
    public String name() {
        return name;
    }

    /** {@return GROUP/CASE, its name in lists} */
    public String id() {
        return group + "/" + name;
    }

    /** {@return what it expects} */
    public List<GoldenQuantity> quantities() {
        return quantities;
    }

    /**
     * {@return what it expects under a name}
     *
     * @param quantity the name
     * @throws IllegalArgumentException if it expects nothing of that name
     */
    public GoldenQuantity quantity(String quantity) {
        return quantities.stream()
                .filter(q -> q.name().equals(quantity))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(id() + " expects no " + quantity));
    }

    /**
     * {@return what is compared in a mode}
     *
     * @param mode the mode
     */
    public List<GoldenQuantity> quantities(GoldenMode mode) {
        return quantities.stream().filter(q -> q.isComparedIn(mode)).toList();
    }

    /** {@return the modes that have something to compare, in the order of the enum} */
    public Set<GoldenMode> modes() {
        Set<GoldenMode> modes = EnumSet.noneOf(GoldenMode.class);
        for (GoldenMode mode : GoldenMode.values()) {
            if (!quantities(mode).isEmpty()) {
                modes.add(mode);
            }
        }
        return modes;
    }

    /** {@return the names of the inputs} */
    public Set<String> inputs() {
        return inputs.keySet();
    }

    /**
     * Copies an input in the type that a mode computes in: F64, F32, or what the reference took. Of more than two dimensions
     * all but the last are stacked.
     *
     * @param input its name
     * @param mode the mode
     * @return a new matrix on the heap
     * @throws IllegalArgumentException if the case has no such input
     */
    public Matrix input(String input, GoldenMode mode) {
        Input found = found(input);
        return switch (mode) {
            case F64 -> converted(found.values, DType.F64);
            case F32 -> converted(found.values, DType.F32);
            case NATIVE -> (found.nativeValues == null ? found.values : found.nativeValues).copy();
        };
    }

    private Input found(String input) {
        Input found = inputs.get(input);
        if (found == null) {
            throw new IllegalArgumentException(id() + " has no input " + input + ", only " + inputs.keySet());
        }
        return found;
    }

    private static Matrix converted(Matrix values, DType dtype) {
        Matrix out = Matrix.allocate(dtype, values.rows(), values.columns());
        values.copyTo(out);
        return out;
    }

    /**
     * {@return the rows of each matrix of an input: all of them, unless it has more than two dimensions}
     *
     * @param input its name
     * @throws IllegalArgumentException if the case has no such input
     */
    public int rows(String input) {
        return found(input).rows;
    }

    /** {@return the names of the settings} */
    public Set<String> settings() {
        return settings.keySet();
    }

    /**
     * {@return whether there is a setting of a name that is not null}
     *
     * @param setting its name
     */
    public boolean isSet(String setting) {
        return settings.get(setting) != null;
    }

    /**
     * {@return a setting that is a text}
     *
     * @param setting its name
     * @throws IllegalArgumentException if there is none of that name, or it is not a text
     */
    public String text(String setting) {
        if (settings.get(setting) instanceof String text) {
            return text;
        }
        throw missing(setting, "a text");
    }

    /**
     * {@return a setting that is a number}
     *
     * @param setting its name
     * @throws IllegalArgumentException if there is none of that name, or it is not a number
     */
    public double number(String setting) {
        if (settings.get(setting) instanceof Number number) {
            return number.doubleValue();
        }
        throw missing(setting, "a number");
    }

    /**
     * {@return a setting that is a whole number}
     *
     * @param setting its name
     * @throws IllegalArgumentException if there is none of that name, or it is not a whole number of 32 bits
     */
    public int integer(String setting) {
        double number = number(setting);
        if (number != (int) number) {
            throw missing(setting, "a whole number");
        }
        return (int) number;
    }

    /**
     * {@return a setting that is a table of numbers}
     *
     * @param setting its name
     * @throws IllegalArgumentException if there is none of that name, or it is not a list of lists of numbers
     */
    public double[][] table(String setting) {
        if (settings.get(setting) instanceof List<?> rows) {
            double[][] table = new double[rows.size()][];
            for (int i = 0; i < table.length; i++) {
                if (!(rows.get(i) instanceof List<?> row)) {
                    throw missing(setting, "a table");
                }
                table[i] = new double[row.size()];
                for (int j = 0; j < table[i].length; j++) {
                    if (!(row.get(j) instanceof Number number)) {
                        throw missing(setting, "a table of numbers");
                    }
                    table[i][j] = number.doubleValue();
                }
            }
            return table;
        }
        throw missing(setting, "a table");
    }

    /**
     * {@return whether a setting is a list of lists}
     *
     * @param setting its name
     */
    public boolean isTable(String setting) {
        return settings.get(setting) instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof List<?>;
    }

    /**
     * {@return a setting that is a list of numbers}
     *
     * @param setting its name
     * @throws IllegalArgumentException if there is none of that name, or it is not a list of numbers
     */
    public double[] numbers(String setting) {
        if (settings.get(setting) instanceof List<?> list) {
            double[] numbers = new double[list.size()];
            for (int i = 0; i < numbers.length; i++) {
                if (!(list.get(i) instanceof Number number)) {
                    throw missing(setting, "a list of numbers");
                }
                numbers[i] = number.doubleValue();
            }
            return numbers;
        }
        throw missing(setting, "a list of numbers");
    }

    /**
     * {@return a setting that is true or false}
     *
     * @param setting its name
     * @throws IllegalArgumentException if there is none of that name, or it is neither
     */
    public boolean truth(String setting) {
        if (settings.get(setting) instanceof Boolean truth) {
            return truth;
        }
        throw missing(setting, "true or false");
    }

    /** {@return this case with the settings that took effect: those under "resolved", and over them those of the case itself} */
    public GoldenCase resolved() {
        Map<String, Object> all = new LinkedHashMap<>();
        if (settings.get("resolved") instanceof Map<?, ?> resolved) {
            resolved.forEach((key, value) -> all.put(String.valueOf(key), value));
        }
        all.putAll(settings);
        return new GoldenCase(group, name, all, inputs, quantities);
    }

    private IllegalArgumentException missing(String setting, String kind) {
        return new IllegalArgumentException(
                id() + ": setting " + setting + " is not " + kind + " but " + settings.get(setting));
    }

    /** {@return GROUP/CASE} */
    @Override
    public String toString() {
        return id();
    }
}
