package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.isospin.DType;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class InspectCommandTest {
    private static final int USAGE = 2;
    /** Some hundreds of roundings of F64, in units of values about 1. */
    private static final double ROUNDING = 1e-12;

    @TempDir
    Path folder;

    private static Dense diagonal(int rows, int columns, double... values) {
        Dense d = Dense.zero(rows, columns);
        for (int i = 0; i < values.length; i++) {
            d.set(i, i, values[i]);
        }
        return d;
    }

    private Path model(String name, Dense first, Dense second) throws IOException {
        return Checkpoints.write(
                folder.resolve(name),
                new SafetensorsWriter()
                        .add("layers.0.q.weight", first.to(DType.F64))
                        .add("layers.1.q.weight", second.to(DType.F64))
                        .add("only." + name, Generators.gaussian(3, 3, 1).to(DType.F32)));
    }

    private static double figure(JsonNode report, int matrix, String name) {
        return report.get("matrices").get(matrix).get(name).asDouble();
    }

    @Test
    void figuresAreThoseOfKnownMatrices() throws IOException {
        // Rows along 5 axes of 6: pairs at right angles, distance √2, energy ½; uniform: (d − 2)/(2(d − 3)) = 2/3.
        Path base = model("base", diagonal(5, 6, 4, 2, 2, 1, 1), diagonal(5, 6, 4, 2, 2, 1, 1));
        Dense turn = Generators.planes(6, Math.PI / 6, Math::cos, Math::sin);
        Path tuned = model("tuned", diagonal(5, 6, 4, 2, 2, 1, 1).times(turn), diagonal(5, 6, 4, 2, 2, 1, 1.5));
        JsonNode report = Cli.run("inspect", tuned, "--against", base, "--tensor", "layers", "--json", "-")
                .succeeds()
                .json();
        assertThat(report.get("schema").asString()).isEqualTo("isospin.inspect/1");
        assertThat(figure(report, 0, "largest")).isCloseTo(4, within(ROUNDING));
        assertThat(figure(report, 0, "quantile10")).isCloseTo(1, within(ROUNDING));
        assertThat(figure(report, 0, "quantile50")).isCloseTo(0.5, within(ROUNDING));
        assertThat(figure(report, 0, "quantile90")).isCloseTo(0.25, within(ROUNDING));
        assertThat(figure(report, 0, "smallest")).isCloseTo(0.25, within(ROUNDING));
        assertThat(figure(report, 0, "stableRank")).isCloseTo(26 / 16.0, within(ROUNDING));
        assertThat(figure(report, 0, "energy")).isCloseTo(0.75, within(ROUNDING));
        assertThat(figure(report, 0, "drift")).isCloseTo(0, within(ROUNDING));
        assertThat(figure(report, 1, "change")).isCloseTo(0.5 / Math.sqrt(26), within(ROUNDING));
        assertThat(figure(report, 1, "drift")).isCloseTo(0.125, within(ROUNDING));
        // Lengths alone changed: no rotation explains any of it.
        assertThat(figure(report, 1, "angle")).isCloseTo(0, within(ROUNDING));
        assertThat(figure(report, 1, "residual")).isCloseTo(1, within(ROUNDING));
        assertThat(report.get("matrices").get(0).get("singularValues")).hasSize(5);
    }

    @Test
    void aRotationIsFoundWithItsAngle() throws IOException {
        Dense w = Generators.gaussian(7, 4, 1);
        Path base = Checkpoints.of(folder.resolve("a"), DType.F64, w);
        Path tuned = Checkpoints.of(
                folder.resolve("b"), DType.F64, w.times(Generators.planes(4, Math.PI / 6, Math::cos, Math::sin)));
        JsonNode report = Cli.run("inspect", tuned, "--against", base, "--json", "-")
                .succeeds()
                .json();
        // Known to the condition of the matrix, below 10.
        assertThat(figure(report, 0, "angle")).isCloseTo(Math.PI / 6, within(10 * ROUNDING));
        // Two planes, of π/6 and π/12.
        assertThat(figure(report, 0, "meanAngle")).isCloseTo(Math.PI / 6 * Math.sqrt(0.625), within(10 * ROUNDING));
        assertThat(figure(report, 0, "residual")).isCloseTo(0, within(10 * ROUNDING));
        String table = Cli.run("inspect", tuned, "--against", base).succeeds().out();
        assertThat(table).containsPattern("w +F64 +7 x 4 .* 30\\.0°");
    }

    @Test
    void thePageHasPlotsAndEveryMatrix() throws IOException {
        Path base = model("base", Generators.gaussian(5, 6, 1), Generators.gaussian(5, 6, 2));
        Path tuned = model("tuned", Generators.gaussian(5, 6, 3), Generators.gaussian(5, 6, 2));
        Path page = folder.resolve("page.html");
        Cli run = Cli.run("inspect", tuned, "--against", base, "--html", page).succeeds();
        assertThat(run.out()).contains("only.tuned: not compared: the base has none");
        String html = Files.readString(page);
        assertThat(html)
                .contains("isospin inspect", "Since the base", "layers.1.q.weight", "only.tuned", "</html>")
                .doesNotContain("NaN", "isospin bench");
        // Five figures of change, four of matrices, and spectra of two kinds.
        assertThat(html.split("<svg", -1)).hasSize(12);
    }

    @Test
    void whatIsNotFiniteIsLeftOutAndEnergiesAreBounded() throws IOException {
        Dense broken = Dense.identity(3);
        broken.set(0, 1, Double.NaN);
        Path model = model("model", broken, Dense.identity(3));
        String table = Cli.run("inspect", model, "--neurons", 2).succeeds().out();
        assertThat(table).contains("layers.0.q.weight: ", "finite").containsPattern("layers.1.q.weight .* -\n");
    }

    @Test
    void wrongUsageIsOneLine() throws IOException {
        Path model = model("model", Dense.identity(3), Dense.identity(3));
        Cli.run("inspect", model, "--neurons", -1).fails(USAGE, "--neurons");
        Cli.run("inspect", model, "--against", folder.resolve("none")).fails(USAGE, "none: no such file");
        Cli.run("inspect", model, "--tensor", "nothing").fails(USAGE, "'nothing'");
    }
}
