package org.isospin.bench.gpucheck;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A run of bench.
 *
 * @param name of its step and its files
 * @param what arguments that say what is computed
 * @param backends on what
 */
record Selection(String name, List<String> what, String backends) {
    /** {@return one of operations in one type} */
    static Selection of(String name, String operations, String dtype, List<Integer> sizes, String backends) {
        String orders = sizes.stream().map(String::valueOf).collect(Collectors.joining(","));
        return new Selection(name, List.of("--ops", operations, "--dtypes", dtype, "--sizes", orders), backends);
    }

    /** {@return the same with further arguments} */
    Selection with(String... arguments) {
        List<String> all = new ArrayList<>(what);
        all.addAll(List.of(arguments));
        return new Selection(name, all, backends);
    }

    /** {@return the name of the file that its rows go to} */
    String file() {
        return name + ".json";
    }
}
