package org.isospin.properties.mutants;

/**
 * A wrong implementation.
 *
 * @param name what is wrong with it
 * @param law the law that tells, as {@code check} names it
 * @param map the implementation
 * @param <T> what it implements
 */
record Mutant<T>(String name, String law, T map) {
    @Override
    public String toString() {
        return name;
    }
}
