package org.isospin.bench.merge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.isospin.bench.cli.UsageException;
import org.isospin.merge.Rewinding;
import org.isospin.peft.Adapter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code isospin merge-adapters}: orthogonal adapters in one, and in their base. */
@Command(
        name = "merge-adapters",
        description = {
            "Merges OFT and BOFT adapters of PEFT into their base, W0*R^T by exactly the rotation that they were trained"
                    + " with. Several OFT adapters are first averaged in the Lie algebra, and the mean is given the mean"
                    + " length of their generators (OrthoMerge). Without --base the result is an adapter.",
            "",
            "Results have the base's types and metadata, or those of the first adapter. OUT appears when it is complete,"
                    + " and stays as it was if anything fails.",
            "",
            "Adapters whose files do not tell which rotation is meant are refused: those of PEFT 0.13 and older, and those"
                    + " of the Neumann series before 0.18. So are adapters that read the same numbers in different ways,"
                    + " adapted embeddings and convolutions."
        },
        footer = {
            "",
            "Examples:",
            "  isospin merge-adapters --adapters math/ --base base/ -o merged.safetensors",
            "  isospin merge-adapters --adapters math/ code/ --weights 2,1 --base base/ \\",
            "      -o merged.safetensors --dry-run",
            "  isospin merge-adapters --adapters math/ code/ -o both/",
            "  isospin merge-adapters --adapters math/ --base merged.safetensors --unmerge \\",
            "      -o base.safetensors"
        })
@SuppressWarnings("NullAway.Init")
public final class MergeAdaptersCommand extends ModelCommand {
    private static final String FIRST = "first:";

    @Option(
            names = "--adapters",
            arity = "1..*",
            required = true,
            paramLabel = "FOLDER",
            description = "Folders with adapter_config.json and adapter_model.safetensors")
    private List<Path> adapters;

    @Option(
            names = "--base",
            paramLabel = "MODEL",
            description =
                    "The model that they were trained on, a safetensors file or a folder; without it the result is"
                            + " an adapter, and OUT its folder")
    private @Nullable Path base;

    @Mixin
    private Weights weights;

    @Option(
            names = "--rewind",
            paramLabel = "FACTOR|first:N|weakest",
            description =
                    "Turn by less: by a factor of all generators, in [0, 1]; or what is stronger than the mean of the"
                            + " first N modules by that, or than the weakest module by that (PEFT-Arena)")
    private @Nullable String rewind;

    @Option(
            names = "--unmerge",
            description = "Take one adapter out of a model that it was merged into, given as --base")
    private boolean isUnmerged;

    /** For picocli. */
    public MergeAdaptersCommand() {}

    @Override
    String title() {
        return isUnmerged ? "unmerge" : "merge-adapters";
    }

    @Override
    Path file(Path output) {
        return base == null ? output.resolve(Adapter.FILE) : output;
    }

    @Override
    void check() {
        weights.of(adapters.size());
        rewinding();
        if (isUnmerged && (base == null || adapters.size() > 1)) {
            throw new UsageException("--unmerge: takes one adapter out of a model that is given as --base");
        }
    }

    private @Nullable Rewinding rewinding() {
        if (rewind == null) {
            return null;
        }
        try {
            if (rewind.equals("weakest")) {
                return new Rewinding.ToWeakest();
            }
            return rewind.startsWith(FIRST)
                    ? new Rewinding.ToFirst(Integer.parseInt(rewind.substring(FIRST.length())))
                    : new Rewinding.Uniform(Double.parseDouble(rewind));
        } catch (NumberFormatException e) {
            throw new UsageException("--rewind: a factor in [0, 1], first:N or weakest, not '" + rewind + "'", e);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--rewind: " + e.getMessage(), e);
        }
    }

    @Override
    Job open(ObjectNode report) throws IOException {
        AdapterSet set = AdapterSet.open(adapters, weights.of(adapters.size()), rewinding());
        AdapterJob job = null;
        try {
            report.put("adapters", adapters.size());
            AdapterPlan.Direction direction = isUnmerged ? AdapterPlan.Direction.UNMERGE : AdapterPlan.Direction.MERGE;
            job = base == null ? AdapterJob.withoutBase(set) : AdapterJob.open(set, base, direction);
            return job;
        } finally {
            if (job == null) {
                set.close();
            }
        }
    }
}
