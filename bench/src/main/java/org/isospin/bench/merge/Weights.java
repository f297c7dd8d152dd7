package org.isospin.bench.merge;

import java.util.Arrays;
import java.util.List;
import org.isospin.bench.cli.UsageException;
import picocli.CommandLine.Option;

/** {@code --weights}: one of each expert. */
final class Weights {
    @Option(
            names = "--weights",
            split = ",",
            paramLabel = "WEIGHT",
            description = "One of each expert, 0 or more; a factor of its change. Default: 1")
    private List<Double> weights = List.of();

    /** {@return one of each of so many experts} */
    double[] of(int experts) {
        double[] given = new double[experts];
        Arrays.fill(given, 1);
        if (weights.isEmpty()) {
            return given;
        }
        if (weights.size() != given.length) {
            throw new UsageException("--weights: " + weights.size() + " for " + given.length + " experts");
        }
        double sum = 0;
        for (int i = 0; i < given.length; i++) {
            given[i] = weights.get(i);
            if (!(given[i] >= 0)) {
                throw new UsageException("--weights: 0 or more, not " + given[i]);
            }
            sum += given[i];
        }
        if (!(sum > 0 && sum < Double.POSITIVE_INFINITY)) {
            throw new UsageException("--weights: their sum is " + sum);
        }
        return given;
    }
}
