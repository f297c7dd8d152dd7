package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;
import org.isospin.polar.Group;

/** The {@link ProcrustesLaws} as properties: a test class that implements this inherits them. */
public interface ProcrustesContract {
    /**
     * {@return the implementation under test}
     *
     * @param group the group it solves in
     */
    PairMap procrustes(Group group);

    /** {@return the type to test it in} */
    DType dtype();

    /**
     * R is orthogonal, in its group, and optimal, however small A and B are; NaN is not hidden.
     *
     * @param group where R is sought
     * @param extra rows of A and B beyond their columns
     * @param n columns of A and B
     * @param seed any number
     */
    @Property(tries = 40)
    default void procrustesSolutionsAreOptimal(
            @ForAll Group group,
            @ForAll @IntRange(max = 20) int extra,
            @ForAll @IntRange(min = 1, max = 24) int n,
            @ForAll long seed) {
        Dense a = Generators.gaussian(n + extra, n, seed);
        Dense b = Generators.gaussian(n + extra, n, seed + 1);
        ProcrustesLaws.orthogonality(procrustes(group), dtype(), a, b).orThrow();
        ProcrustesLaws.optimum(procrustes(group), group, dtype(), a, b).orThrow();
        ProcrustesLaws.tiny(procrustes(group), group, dtype(), a, b).orThrow();
        ProcrustesLaws.nan(procrustes(group), dtype(), a, b).orThrow();
        if (group == Group.ROTATION) {
            ProcrustesLaws.determinant(procrustes(group), dtype(), a, b).orThrow();
        } else {
            ProcrustesLaws.optimality(procrustes(group), dtype(), a, b).orThrow();
        }
    }

    /**
     * B = AR gives back R.
     *
     * @param group where R is sought
     * @param extra rows of A and B beyond their columns
     * @param n columns of A and B
     * @param seed any number
     */
    @Property(tries = 40)
    default void procrustesFindsARotation(
            @ForAll Group group,
            @ForAll @IntRange(max = 20) int extra,
            @ForAll @IntRange(min = 1, max = 24) int n,
            @ForAll long seed) {
        ProcrustesLaws.recovery(procrustes(group), dtype(), n + extra, n, seed).orThrow();
    }
}
