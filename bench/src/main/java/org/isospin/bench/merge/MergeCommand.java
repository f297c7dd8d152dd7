package org.isospin.bench.merge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.isospin.bench.cli.SeedOption;
import org.isospin.bench.cli.TensorOption;
import org.isospin.bench.cli.UsageException;
import org.isospin.merge.OrthoMergeOptions.Side;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code isospin merge}: models that were fine-tuned from one base in one file. */
@Command(
        name = "merge",
        description = {
            "Merges models that were fine-tuned from one base. Results have the first expert's types; metadata are all"
                    + " experts', the first's where they differ. OUT appears when it is complete, and stays as it was if"
                    + " anything fails; it may be an input (with --force).",
            "",
            "Matrices (2-D; F32, F64, BF16, F16) are merged. Tensors whose bytes are equal in all experts, and in the"
                    + " base if there is one, are copied. Other floating point is averaged by the weights, as are matrices"
                    + " that the base does not have in this shape. Integers and other types that differ are taken from the"
                    + " base, or from the first expert. A name that not all experts have is taken from the first that has"
                    + " it; one that only the base has is left out. One name in several shapes is an error."
        },
        footer = {
            "",
            "Methods, and what the weights do:",
            "  orthomerge-g     rotations W0*R nearest to each expert, averaged in the Lie",
            "                   algebra; what they leave by task arithmetic",
            "  orthomerge-c     the same, fitted to the rows that conflict with the mean",
            "                   change",
            "  karcher          the mean: of these rotations on the group, and of what they",
            "                   leave; weights are shares",
            "  task-arithmetic  W0 + scale * sum of weight * change",
            "  ties             the largest changes, of the sign that was elected",
            "  dare             task arithmetic after a random part was dropped",
            "  tsv-m            the leading singular vectors of the changes, made orthogonal",
            "",
            "Examples:",
            "  isospin merge --experts math.safetensors code.safetensors \\",
            "      --base base.safetensors --method orthomerge-g -o merged.safetensors",
            "  isospin merge --experts a/ b/ --base mean --method karcher \\",
            "      --weights 2,1 -o merged.safetensors --dry-run"
        })
@SuppressWarnings("NullAway.Init")
public final class MergeCommand extends ModelCommand {
    private static final String MEAN = "mean";

    @Option(
            names = "--experts",
            arity = "1..*",
            required = true,
            paramLabel = "EXPERT",
            description = "Safetensors files, or folders with model.safetensors or its index")
    private List<Path> experts;

    @Option(
            names = "--base",
            paramLabel = "FILE|mean",
            description =
                    "What the experts were fine-tuned from, file or folder; mean: the mean of the experts by their"
                            + " weights. Needed, but for karcher, which takes the mean by itself")
    private @Nullable String base;

    @Option(names = "--method", required = true, paramLabel = "NAME", description = "See below")
    private String method;

    @Mixin
    private Weights weights;

    @Option(
            names = "--scale",
            description = "A factor of the merged change; of what rotations leave, for orthomerge. Default: 0.2; 1 for"
                    + " ties and tsv-m")
    private @Nullable Double scale;

    @Option(names = "--keep", description = "ties: the share of each change that counts. Default: 0.2")
    private @Nullable Double keep;

    @Option(names = "--drop", description = "dare: the probability of dropping an element. Default: 0.5")
    private @Nullable Double drop;

    @Option(
            names = "--side",
            paramLabel = "inputs|shorter",
            description =
                    "What rotations turn: the inputs of each matrix, or its shorter side, which is faster where that"
                            + " is the outputs. Default: inputs")
    private @Nullable String side;

    @Mixin
    private TensorOption tensors;

    @Mixin
    private SeedOption seed;

    /** For picocli. */
    public MergeCommand() {}

    @Override
    String title() {
        return method;
    }

    @Override
    void check() {
        merge();
    }

    private MatrixMerge merge() {
        Method chosen = Method.named(method);
        Method.Merge merge = chosen.with(new Method.Numbers(scale, keep, drop, seed.value(), side()));
        double[] factors = weights.of(experts.size());
        if (base == null && chosen != Method.KARCHER) {
            throw new UsageException(
                    "--method " + chosen + " needs a base: --base FILE, or --base mean for the experts' mean");
        }
        return new MatrixMerge(chosen, merge, factors);
    }

    @Override
    Job open(ObjectNode report) throws IOException {
        report.put("method", method);
        return MergeJob.open(experts, base == null || base.equals(MEAN) ? null : Path.of(base), tensors, merge());
    }

    private @Nullable Side side() {
        if (side == null) {
            return null;
        }
        return switch (side) {
            case "inputs" -> Side.INPUTS;
            case "shorter" -> Side.SHORTER;
            default -> throw new UsageException("--side: inputs or shorter, not '" + side + "'");
        };
    }
}
