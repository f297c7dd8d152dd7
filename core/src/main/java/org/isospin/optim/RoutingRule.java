package org.isospin.optim;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A rule of a {@link Routing}.
 *
 * @param name what the table calls it
 * @param test which parameters it takes
 * @param optimizer who gets them
 */
record RoutingRule(String name, Predicate<ParameterSpec> test, AbstractOptimizer optimizer) {
    /** {@return whether a parameter is a matrix with more than one row and column} */
    static boolean isProperMatrix(ParameterSpec spec) {
        return spec.isMatrix() && spec.outputs() > 1 && spec.inputs() > 1;
    }

    /** {@return whether a name is like a pattern, in which * stands for any characters and all others for themselves} */
    static Predicate<ParameterSpec> isNamed(String pattern) {
        String regex =
                Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
        Pattern compiled = Pattern.compile(regex, Pattern.DOTALL);
        return spec -> compiled.matcher(spec.name()).matches();
    }
}
