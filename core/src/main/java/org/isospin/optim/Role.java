package org.isospin.optim;

/** What a parameter is for; optimizers route by it. */
public enum Role {
    /** A matrix between hidden layers: attention, MLP, experts, convolutions. */
    HIDDEN,
    /** A table of vectors, one for each token or position. */
    EMBEDDING,
    /** The matrix that makes logits. */
    HEAD,
    /** The gain of a normalisation. */
    NORM,
    /** Something that is added. */
    BIAS
}
