package org.isospin.simd;

import java.util.List;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Sums one tile of a product: for every element of the tile, a chain of FMAs over a range of k in ascending order, begun with
 * a given number. The tile's shape is the same for all kernels of a type; they differ in code and speed, never in bits.
 *
 * <p>The left factor comes as a panel of the tile's rows, adjacent in k, a constant {@link BlockSizes#pitch pitch} apart; the
 * right one as a panel of {@link #columns} adjacent elements for each k. After Van Zee and van de Geijn, "BLIS: A framework
 * for rapidly instantiating BLAS functionality", 2015; rows are not interleaved as there, so that packing them is a copy.
 *
 * <p>A kernel of several codes begins with the one without vectors and changes to others, in the middle of a product if need be, as
 * a {@link KernelTrial} finds them compiled and faster.
 */
final class MicroKernel {
    /** Rows of a tile. */
    static final int ROWS = 12;

    /** Rows of the smaller tiles, of which some end a block: fewer rows are wasted. */
    static final int TAIL = 4;

    private static final int FEW_BITS = 256;

    /**
     * One way to sum tiles.
     *
     * @param name in words
     * @param main for {@link #ROWS} rows
     * @param tail for {@link #TAIL} rows
     */
    record Code(String name, TileCode main, TileCode tail) {}

    final Elements elements;
    final BlockSizes sizes;

    /** Columns of a tile. */
    final int columns;

    private volatile Code code;
    private final @Nullable KernelTrial trial;

    private MicroKernel(Elements elements, BlockSizes sizes, int columns, Code code, List<Code> candidates) {
        this.elements = elements;
        this.sizes = sizes;
        this.columns = columns;
        this.code = code;
        this.trial = candidates.isEmpty() ? null : new KernelTrial(elements, columns, sizes.pitch(), candidates);
    }

    /** {@return a kernel that finds the fastest of several codes, the one first that should be} */
    static MicroKernel choosing(Elements elements, BlockSizes sizes, int columns, List<Code> codes) {
        Code scalar = scalar(columns, sizes.pitch());
        Code first = new Code("chosen at the first product", scalar.main, scalar.tail);
        return new MicroKernel(elements, sizes, columns, first, codes);
    }

    /** {@return whether vector registers are 16: x86 before AVX-512, as far as the width tells} */
    static boolean hasFewRegisters(VectorSpecies<?> species) {
        String architecture = System.getProperty("os.arch", "");
        boolean isX86 = architecture.equals("amd64") || architecture.equals("x86_64");
        return isX86 && species.vectorBitSize() <= FEW_BITS;
    }

    /** {@return the code without vectors, of a shape} */
    static Code scalar(int columns, int pitch) {
        return new Code("no vectors", new ScalarTile(ROWS, columns, pitch), new ScalarTile(TAIL, columns, pitch));
    }

    /** {@return kernels of one code each, for a test of all} */
    static List<MicroKernel> each(Elements elements, BlockSizes sizes, int columns, List<Code> codes) {
        return codes.stream()
                .map(c -> new MicroKernel(elements, sizes, columns, c, List.of()))
                .toList();
    }

    /** {@return the name of the present code} */
    String name() {
        return code.name;
    }

    /** Begins the trial of several codes, unless it has begun. */
    void prepare() {
        if (trial != null) {
            trial.begin(this);
        }
    }

    /** From now on sums by another code. */
    void use(Code other) {
        code = other;
    }

    /** Sums a tile of {@link #ROWS} × {@link #columns}, as {@link TileCode} has it. */
    void multiply(int depth, Object a, int ao, Object b, int bo, Object s, int so, int lds, Object c, int co, int ldc) {
        code.main.run(depth, a, ao, b, bo, s, so, lds, c, co, ldc);
    }

    /** {@link #multiply} for a tile of {@link #TAIL} rows. */
    void multiplyTail(
            int depth, Object a, int ao, Object b, int bo, Object s, int so, int lds, Object c, int co, int ldc) {
        code.tail.run(depth, a, ao, b, bo, s, so, lds, c, co, ldc);
    }
}
