package org.isospin.optim;

/** Which rows of a fused query-key-value matrix make one block. */
public enum QkvBlocks {
    /** Each query, key and value head is a block. */
    HEADS,
    /** The query heads that share a key head are a block; its key and value heads one each. */
    GROUPS,
    /** All queries are a block, all keys, all values. */
    PROJECTIONS
}
