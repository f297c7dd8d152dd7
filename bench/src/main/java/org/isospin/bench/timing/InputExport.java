package org.isospin.bench.timing;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.isospin.Matrix;
import org.isospin.bench.cli.Figures;
import org.isospin.bench.cli.Report;
import org.isospin.bench.cli.Version;
import org.isospin.bench.problem.Setting;
import org.isospin.checkpoint.SafetensorsWriter;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operands of a plan for other people's programs: inputs.json, {@code isospin.inputs/1}, names the cases, a safetensors file holds
 * the matrices a, b, … of each.
 */
final class InputExport {
    private static final int VERSION = 1;

    private InputExport() {}

    /**
     * Writes everything.
     *
     * @param plan what would be benchmarked
     * @param folder is made if it is not there; files of the same names are replaced
     * @return how many cases there are
     */
    static int write(Plan plan, Path folder) throws IOException {
        Files.createDirectories(folder);
        ObjectNode manifest = Report.of("inputs", VERSION);
        manifest.put("isospin", Version.get());
        JsonReport.inputs(plan, manifest.putObject("inputs"));
        ArrayNode cases = manifest.putArray("cases");
        for (Plan.Step step : plan.steps()) {
            String name = step.operation().title() + "-" + Figures.name(step.dtype()) + "-" + step.n() + ".safetensors";
            if (write(step, plan.seed(), folder.resolve(name))) {
                ObjectNode node = cases.addObject();
                node.put("operation", step.operation().title());
                node.put("description", step.operation().description());
                node.put("n", step.n());
                node.put("dtype", Figures.name(step.dtype()));
                node.put("file", name);
                node.put("usefulFlops", step.operation().flops(step.n(), step.dtype()));
            }
        }
        // Last: a folder with a manifest is complete.
        Files.writeString(folder.resolve("inputs.json"), manifest.toPrettyString() + "\n");
        return cases.size();
    }

    /** {@return whether there are operands} */
    private static boolean write(Plan.Step step, long seed, Path file) throws IOException {
        try (Arena arena = Arena.ofShared()) {
            List<Matrix> operands = step.operation()
                    .problem(new Setting(step.n(), step.dtype(), seed, arena))
                    .operands();
            SafetensorsWriter writer = new SafetensorsWriter();
            for (int i = 0; i < operands.size(); i++) {
                writer.add(String.valueOf((char) ('a' + i)), operands.get(i));
            }
            if (!operands.isEmpty()) {
                writer.write(file);
            }
            return !operands.isEmpty();
        }
    }
}
