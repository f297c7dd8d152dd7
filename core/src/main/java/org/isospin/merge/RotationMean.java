package org.isospin.merge;

/** How rotations are averaged. */
public sealed interface RotationMean permits GeneratorMean, IntrinsicMean {}
