package org.isospin.optim;

import java.util.Map;

/** The options of {@link Dion}. */
record DionOptions(
        Schedule learningRate,
        double momentum,
        double weightDecay,
        double rankFraction,
        int rank,
        int powerIterations,
        double epsilon,
        DionBasis basis,
        DionSide side,
        long seed) {
    DionOptions {
        LearningRate.requireShare("momentum", momentum);
        LearningRate.requireNotNegative("weight decay", weightDecay);
        LearningRate.requireNotNegative("epsilon", epsilon);
        if (!(rankFraction > 0 && rankFraction <= 1)) {
            throw new IllegalArgumentException("the rank fraction must be in (0, 1], not " + rankFraction);
        }
        if (rank < 1 || powerIterations < 1) {
            throw new IllegalArgumentException(
                    "rank " + rank + " and power iterations " + powerIterations + " must be positive");
        }
    }

    /** {@return the rank for a shape} */
    int rank(int outputs, int inputs) {
        int least = Math.min(outputs, inputs);
        return Math.min(Math.min(rank, least), Math.max(1, (int) Math.ceil(rankFraction * least)));
    }

    void describe(Map<String, String> options) {
        options.put("learningRate", learningRate.toString());
        options.put("momentum", Double.toString(momentum));
        options.put("weightDecay", Double.toString(weightDecay));
        options.put("rank", rank + " of at most " + rankFraction);
        options.put("powerIterations", Integer.toString(powerIterations));
        options.put("epsilon", Double.toString(epsilon));
        options.put("basis", basis.toString());
        options.put("side", side.toString());
        options.put("seed", Long.toString(seed));
    }
}
