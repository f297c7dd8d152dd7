package org.isospin.properties.golden;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a case is computed in. */
public enum GoldenMode {
    /** Inputs and outputs in F64. */
    F64,
    /** Inputs rounded to F32, outputs in F32. */
    F32,
    /** As the reference computed it: bfloat16, wholly or in places. */
    NATIVE;

    /** {@return the name in manifests and on the command line: f64, f32 or native} */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * {@return the mode of a label}
     *
     * @param label f64, f32 or native, in any case
     * @throws IllegalArgumentException if there is no such mode
     */
    public static GoldenMode of(String label) {
        for (GoldenMode mode : values()) {
            if (mode.label().equals(label.toLowerCase(Locale.ROOT))) {
                return mode;
            }
        }
        throw new IllegalArgumentException("no mode is named '" + label + "'; there is "
                + Arrays.stream(values()).map(GoldenMode::label).collect(Collectors.joining(", ")));
    }
}
