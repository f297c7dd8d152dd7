package org.isospin.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The blocks of outputs of a weight matrix that an optimizer treats each as a matrix of its own: heads, fused projections,
 * experts. A block whose outputs lie side by side is a view; the optimizer gathers the others.
 */
public final class BlockSplit {
    /** Outputs side by side. */
    record Range(int first, int count) {}

    /** Outputs that make one matrix. */
    record Block(String name, List<Range> ranges) {
        Block(String name, int first, int count) {
            this(name, List.of(new Range(first, count)));
        }

        int outputs() {
            return ranges.stream().mapToInt(Range::count).sum();
        }
    }

    private static final BlockSplit WHOLE = new BlockSplit("whole", outputs -> List.of(new Block("whole", 0, outputs)));

    private final String name;
    private final IntFunction<List<Block>> layout;

    private BlockSplit(String name, IntFunction<List<Block>> layout) {
        this.name = name;
        this.layout = layout;
    }

    /** {@return one block} */
    public static BlockSplit whole() {
        return WHOLE;
    }

    /**
     * {@return a block for each head, of equally many outputs}
     *
     * @param heads how many
     */
    public static BlockSplit heads(int heads) {
        return equal("heads", "head", heads);
    }

    /**
     * {@return a block for each group or expert, of equally many outputs}
     *
     * @param groups how many
     */
    public static BlockSplit groups(int groups) {
        return equal("groups", "group", groups);
    }

    /** {@return the two halves of a gated MLP's first matrix: gate, then up} */
    public static BlockSplit gateUp() {
        return new BlockSplit("gateUp", outputs -> {
            int half = share("gateUp", outputs, 2);
            return List.of(new Block("gate", 0, half), new Block("up", half, half));
        });
    }

    /**
     * {@return blocks of these sizes}
     *
     * @param outputs how many outputs each has
     */
    public static BlockSplit parts(int... outputs) {
        int[] sizes = outputs.clone();
        return new BlockSplit("parts" + java.util.Arrays.toString(sizes), all -> {
            List<Block> blocks = new ArrayList<>();
            int at = 0;
            for (int size : sizes) {
                blocks.add(new Block("part" + blocks.size(), at, size));
                at += size;
            }
            return blocks;
        });
    }

    /**
     * {@return blocks of a fused matrix of all query heads, then all key heads, then all value heads}
     *
     * @param queryHeads how many query heads
     * @param keyHeads how many key heads, and as many value heads; divides queryHeads
     * @param headSize outputs of a head
     * @param blocks what makes one block
     */
    public static BlockSplit qkv(int queryHeads, int keyHeads, int headSize, QkvBlocks blocks) {
        int perGroup = share("qkv", queryHeads, keyHeads);
        String name = "qkv(" + queryHeads + ", " + keyHeads + ", " + headSize + ", " + blocks + ")";
        int keys = queryHeads * headSize;
        int values = keys + keyHeads * headSize;
        return new BlockSplit(name, outputs -> switch (blocks) {
            case PROJECTIONS ->
                List.of(
                        new Block("query", 0, keys),
                        new Block("key", keys, values - keys),
                        new Block("value", values, values - keys));
            case GROUPS -> {
                List<Block> all = runs("query", 0, keyHeads, perGroup * headSize);
                all.addAll(runs("key", keys, keyHeads, headSize));
                all.addAll(runs("value", values, keyHeads, headSize));
                yield all;
            }
            case HEADS -> {
                List<Block> all = runs("query", 0, queryHeads, headSize);
                all.addAll(runs("key", keys, keyHeads, headSize));
                all.addAll(runs("value", values, keyHeads, headSize));
                yield all;
            }
        });
    }

    /**
     * {@return blocks of a fused matrix that holds for each group its query heads, its key head and its value head, as Megatron
     * lays it out}
     *
     * @param groups how many groups
     * @param queriesPerGroup query heads of a group
     * @param headSize outputs of a head
     * @param blocks what makes one block
     */
    public static BlockSplit groupedQkv(int groups, int queriesPerGroup, int headSize, QkvBlocks blocks) {
        String name = "groupedQkv(" + groups + ", " + queriesPerGroup + ", " + headSize + ", " + blocks + ")";
        int queries = queriesPerGroup * headSize;
        int group = queries + 2 * headSize;
        return new BlockSplit(name, outputs -> {
            List<Block> all = new ArrayList<>();
            if (blocks == QkvBlocks.PROJECTIONS) {
                all.add(new Block("query", ranges(groups, group, 0, queries)));
                all.add(new Block("key", ranges(groups, group, queries, headSize)));
                all.add(new Block("value", ranges(groups, group, queries + headSize, headSize)));
                return all;
            }
            for (int g = 0; g < groups; g++) {
                int first = g * group;
                if (blocks == QkvBlocks.GROUPS) {
                    all.add(new Block("query" + g, first, queries));
                } else {
                    for (int h = 0; h < queriesPerGroup; h++) {
                        all.add(new Block("query" + (g * queriesPerGroup + h), first + h * headSize, headSize));
                    }
                }
                all.add(new Block("key" + g, first + queries, headSize));
                all.add(new Block("value" + g, first + queries + headSize, headSize));
            }
            return all;
        });
    }

    private static BlockSplit equal(String name, String block, int count) {
        return new BlockSplit(name + "(" + count + ")", outputs -> runs(block, 0, count, share(name, outputs, count)));
    }

    private static List<Block> runs(String name, int first, int count, int size) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(new Block(name + i, first + i * size, size));
        }
        return blocks;
    }

    private static List<Range> ranges(int count, int distance, int first, int size) {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ranges.add(new Range(first + i * distance, size));
        }
        return ranges;
    }

    private static int share(String name, int all, int parts) {
        if (parts < 1 || all % parts != 0) {
            throw new IllegalArgumentException(name + ": " + all + " cannot be split into " + parts + " equal parts");
        }
        return all / parts;
    }

    /**
     * {@return the blocks, which cover all outputs once}
     *
     * @param outputs how many outputs the matrix has
     * @throws IllegalArgumentException if they do not fit
     */
    List<Block> blocks(int outputs) {
        List<Block> blocks = List.copyOf(layout.apply(outputs));
        int covered = blocks.stream().mapToInt(Block::outputs).sum();
        boolean isEmpty = blocks.stream().anyMatch(b -> b.outputs() < 1);
        if (covered != outputs || (isEmpty && outputs > 0)) {
            throw new IllegalArgumentException(name + " covers " + covered + " outputs with " + blocks.size()
                    + " blocks, of which none may be empty; the matrix has " + outputs);
        }
        return blocks;
    }

    /** {@return the name, which state files compare} */
    @Override
    public String toString() {
        return name;
    }
}
