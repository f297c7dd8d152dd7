package org.isospin.bench.merge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.isospin.bench.cli.TensorOption;
import org.isospin.bench.cli.UsageException;
import org.isospin.rotation.RotationPath;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code isospin interpolate}: models between two. */
@Command(
        name = "interpolate",
        description = {
            "Makes a model between two, A at alpha 0 and B at alpha 1. Matrices (2-D; F32, F64, BF16, F16) follow the path;"
                    + " other floating point, and matrices that were not asked for, the straight line. Tensors that are"
                    + " equal are copied, integers that differ are taken from A, and what only one has from that.",
            "",
            "Results have A's types; metadata are both's, A's where they differ. OUT appears when it is complete, and stays"
                    + " as it was if anything fails; it may be an input (with --force)."
        },
        footer = {
            "",
            "Forms, with R the rotation that takes A nearest to B:",
            "  linear       A + alpha*(B - A)",
            "  geodesic     A*R^alpha + alpha*(B - A*R): planes turn at an even pace",
            "  cayley       the same along the Cayley transform of alpha times R's generator",
            "  cayley-root  of the root of alpha times it, PEFT-Arena's: small alphas do more",
            "",
            "Examples:",
            "  isospin interpolate base.safetensors tuned.safetensors --alpha 0.3 \\",
            "      --form geodesic -o between.safetensors",
            "  isospin interpolate base/ tuned/ --alpha 0.5 --form linear --dry-run -o x"
        })
@SuppressWarnings("NullAway.Init")
public final class InterpolateCommand extends ModelCommand {
    private static final String LINEAR = "linear";

    @Parameters(
            index = "0",
            paramLabel = "A",
            description =
                    "A safetensors file, or a folder with model.safetensors or its" + " index: the base, if one is")
    private Path from;

    @Parameters(index = "1", paramLabel = "B", description = "Another")
    private Path to;

    @Option(names = "--alpha", required = true, paramLabel = "ALPHA", description = "How far, 0 for A and 1 for B")
    private double alpha;

    @Option(names = "--form", required = true, paramLabel = "NAME", description = "See below")
    private String form;

    @Mixin
    private TensorOption tensors;

    /** For picocli. */
    public InterpolateCommand() {}

    @Override
    String title() {
        return form;
    }

    @Override
    void check() {
        @Nullable RotationPath path = path();
        if (!Double.isFinite(alpha) || (path == RotationPath.CAYLEY_ROOT && alpha < 0)) {
            throw new UsageException("--alpha: " + alpha + " has no point of form " + form);
        }
    }

    private @Nullable RotationPath path() {
        if (form.equals(LINEAR)) {
            return null;
        }
        for (RotationPath path : RotationPath.values()) {
            if (path.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(form)) {
                return path;
            }
        }
        throw new UsageException("--form: there is no '" + form + "'; there are linear, geodesic, cayley, cayley-root");
    }

    @Override
    Job open(ObjectNode report) throws IOException {
        report.put("form", form);
        report.put("alpha", alpha);
        return InterpolationJob.open(from, to, tensors, path(), alpha);
    }
}
