package org.isospin.merge;

import java.util.Objects;
import org.isospin.rotation.KarcherMean;

/**
 * The mean on the group itself, {@link KarcherMean}: it turns with what it averages, and rotations by π are none of its
 * trouble; the magnitude is not corrected.
 *
 * @param options when it has converged
 */
public record IntrinsicMean(KarcherMean.Options options) implements RotationMean {
    /** Makes a choice. */
    public IntrinsicMean {
        Objects.requireNonNull(options);
    }
}
