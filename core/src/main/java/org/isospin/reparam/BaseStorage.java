package org.isospin.reparam;

/** What the frozen base of a layer is kept as. */
public sealed interface BaseStorage {
    /** Numbers of the weight's own type. */
    record Plain() implements BaseStorage {}

    /**
     * 8 bits an element, with a scale and an offset for each group of consecutive elements of the permuted base, rows one after the
     * other; read anew by each product, rounded anew by each merge (POET-XQ).
     *
     * @param group elements that share a scale; 0 for one scale a row
     * @param zeroPoint where the levels are
     */
    record EightBit(int group, ZeroPoint zeroPoint) implements BaseStorage {
        /** Groups of 256, with levels wherever the elements are. */
        public static final EightBit DEFAULT = new EightBit(256, ZeroPoint.FREE);

        /**
         * Checks the group.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public EightBit {
            if (group < 0) {
                throw new IllegalArgumentException("a group has 1 element or more, or 0 for a row each, not " + group);
            }
        }
    }

    /** Where 256 levels lie that a group is rounded to. */
    enum ZeroPoint {
        /** From its least element, which is exact, to its largest: nothing is off by more than half a level. */
        FREE,
        /**
         * One of them is zero, even where the group is all positive or all negative: then what is beyond 255 levels from zero is
         * cut off. The published form, harmless for weights around zero.
         */
        CLAMPED
    }
}
