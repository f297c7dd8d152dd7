package org.isospin.simd;

import org.isospin.Matrix;

/** What one worker needs of its own for products: a view of a block of an operand, staged if need be, and sums. */
final class ProductScratch {
    /** Elements of a block that may have to be staged. */
    static final int AREA = 4096;

    final Runs runs = new Runs();
    private final Elements elements;
    private final Object staging;
    private Object sums;
    private Object addend;

    /** Where {@link #view} found the block. */
    Object array;

    int from;
    int stride;

    ProductScratch(Elements elements) {
        this.elements = elements;
        this.staging = elements.allocate(AREA);
        this.sums = elements.allocate(0);
        this.addend = sums;
        this.array = staging;
    }

    /** Makes runs of adjacent elements readable: where they lie, or as a copy of at most {@link #AREA} elements. */
    void view(Matrix m, long at, int count, int length) {
        Object own = m.arrayOrNull();
        if (own != null && elements.isDirect(m)) {
            array = own;
            from = m.arrayOffset() + (int) at;
            stride = (int) m.stride();
            return;
        }
        for (int r = 0; r < count; r++) {
            elements.load(runs, m, at + r * m.stride(), length, staging, r * length);
        }
        array = staging;
        from = 0;
        stride = length;
    }

    /** {@return staging memory for a block} */
    Object staging() {
        return staging;
    }

    /** {@return memory for sums of a block} */
    Object sums(int length) {
        sums = grow(sums, length);
        return sums;
    }

    /** {@return memory for the addend of a block} */
    Object addend(int length) {
        addend = grow(addend, length);
        return addend;
    }

    private Object grow(Object old, int length) {
        return elements.length(old) < length ? elements.allocate(length) : old;
    }

    /** Lets go of an operand's memory. */
    void release() {
        array = staging;
    }
}
