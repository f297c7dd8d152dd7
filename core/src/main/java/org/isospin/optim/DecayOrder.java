package org.isospin.optim;

/** Which weight decoupled decay acts on. They differ by ηλ times the step. */
public enum DecayOrder {
    /** The old one, W ← (1 − ηλ)W − ηu: PyTorch's AdamW. */
    OLD_WEIGHT,
    /** The one that the step made, W ← (1 − ηλ)(W − ηu): the AdamW of Hugging Face's transformers, and POET's. */
    NEW_WEIGHT
}
