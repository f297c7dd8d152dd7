package org.isospin.optim;

/** How weight decay λ acts. */
public enum DecayForm {
    /** W ← (1 − ηλ)W − η·update, with the learning rate η as given, not as scaled for the shape. */
    DECOUPLED,
    /** W ← (1 − λ)W − η·update: not driven by the learning rate. */
    INDEPENDENT,
    /** λW is added to the gradient. */
    GRADIENT
}
