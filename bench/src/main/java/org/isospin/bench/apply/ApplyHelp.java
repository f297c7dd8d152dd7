package org.isospin.bench.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;

/** Lists the operations below the options of {@code apply --help}. */
final class ApplyHelp implements IModelTransformer {
    private static final int INDENT = 17;
    private static final List<String> EXAMPLES = List.of(
            "Examples:",
            "  isospin apply polar model.safetensors out.safetensors --tensor 'weight$'",
            "  isospin apply msign g.safetensors out.safetensors --param steps=7",
            "  isospin apply singular-values model.safetensors spectra.safetensors",
            "  isospin apply exp skew.safetensors skew.safetensors --force");

    /** For picocli. */
    ApplyHelp() {}

    @Override
    public CommandSpec transform(CommandSpec command) {
        List<String> footer = new ArrayList<>();
        footer.add("Operations, and what each takes as --param (the first value is the default):");
        for (Operation operation : Operations.ALL) {
            footer.add(String.format(Locale.ROOT, "  %-" + INDENT + "s%s", operation.name(), operation.summary()));
            if (!operation.parameters().isEmpty()) {
                footer.add(" ".repeat(2 + INDENT)
                        + operation.parameters().stream()
                                .map(Parameters.Declared::help)
                                .collect(Collectors.joining(", ")));
            }
        }
        footer.add("");
        footer.addAll(EXAMPLES);
        command.usageMessage()
                .footer(footer.stream().map(l -> l.replace("%", "%%")).toArray(String[]::new));
        return command;
    }
}
