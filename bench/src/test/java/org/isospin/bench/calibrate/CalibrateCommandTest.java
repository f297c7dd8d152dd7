package org.isospin.bench.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.Cli;
import org.isospin.placement.Hardware;
import org.isospin.placement.Link;
import org.isospin.placement.Operation;
import org.isospin.placement.Profile;
import org.isospin.placement.Profile.Entry;
import org.isospin.placement.ProfileFile;
import org.isospin.placement.TimeTable;
import org.isospin.placement.TimeTable.Point;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class CalibrateCommandTest {
    private static final int USAGE = 2;

    @TempDir
    Path folder;

    @Test
    void timesWhatIsAskedForAndKeepsIt() throws IOException {
        Path file = folder.resolve("profile.json");
        Cli run = Cli.run("calibrate", "--quick", "--ops", "exp,QR", "-o", file).succeeds();
        assertThat(run.out()).startsWith("processor: ").contains("exp  f32", "qr   f64", "kept in " + file);
        Profile profile = ProfileFile.read(file);
        assertThat(profile.host().keySet())
                .containsExactlyInAnyOrder(
                        new Entry(Operation.EXP, DType.F32),
                        new Entry(Operation.EXP, DType.F64),
                        new Entry(Operation.QR, DType.F32),
                        new Entry(Operation.QR, DType.F64));
        assertThat(profile.hardware().processor()).isEqualTo(Hardware.processorName());
        if (profile.link() == null) {
            assertThat(run.out()).contains("device: none (", "the processor alone was timed");
            assertThat(profile.device()).isEmpty();
        }
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void theReportHasEveryTime() throws IOException {
        Path file = folder.resolve("profile.json");
        JsonNode report = Cli.run("calibrate", "--quick", "--ops", "cayley-neumann", "-o", file, "--json", "-")
                .succeeds()
                .json();
        assertThat(report.get("schema").asString()).isEqualTo("isospin.calibrate/1");
        assertThat(report.get("file").asString()).isEqualTo(file.toString());
        TimeTable written = Objects.requireNonNull(
                ProfileFile.read(file).host().get(new Entry(Operation.CAYLEY_NEUMANN, DType.F32)));
        JsonNode points = report.get("operations").get(0).get("host");
        assertThat(points.size()).isEqualTo(written.points().size());
        assertThat(points.get(0).get("n").asInt()).isEqualTo(64);
        assertThat(points.get(0).get("nanoseconds").asLong())
                .isEqualTo(written.points().getFirst().nanoseconds());
    }

    @Test
    void whatCannotBeDoneIsSaidBeforeAnythingIsTimed() {
        Cli.run("calibrate", "--ops", "abacus")
                .fails(USAGE, "--ops: no operation is named 'abacus'; there is exp, cayley");
        Cli.run("calibrate", "-o", folder).fails(USAGE, folder + " is a folder; name a file with -o");
        Cli.run("calibrate", "-o", "/no/such/profile.json").fails(USAGE, "there is no folder /no/such");
    }

    /** Workloads finish, and give what is to be timed: an operation that fails at once would be fast. */
    @ParameterizedTest
    @EnumSource(Operation.class)
    void everyOperationRuns(Operation operation) {
        try (Isospin iso = Isospin.cpu()) {
            Inputs inputs = Inputs.of(iso, 12, DType.F64);
            Matrix[] last = {inputs.general()};
            Room spoilt = new Room() {
                @Override
                public Matrix input(Matrix m) {
                    return m.copy();
                }

                @Override
                public Matrix output(DType dtype, int rows, int columns) {
                    Matrix out = Matrix.allocate(dtype, rows, columns);
                    out.set(rows - 1, columns - 1, Double.NaN);
                    last[0] = out;
                    return out;
                }
            };
            Workload.of(operation, iso, inputs, spoilt).run();
            if (operation != Operation.INVERSE_CAYLEY) {
                Matrix out = last[0];
                assertThat(out.get(out.rows() - 1, out.columns() - 1)).isFinite();
            }
        }
    }

    @Test
    void inputsAreWhatTheySay() {
        try (Isospin iso = Isospin.cpu()) {
            Inputs inputs = Inputs.of(iso, 20, DType.F64);
            Matrix values = Matrix.allocate(DType.F64, 1, 20);
            iso.singularValues(inputs.general(), values);
            // 0.1^(19/20) is the least factor; rotations leave them to a few roundoffs.
            assertThat(values.get(0, 0)).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-12));
            assertThat(values.get(0, 19)).isCloseTo(Math.pow(0.1, 0.95), org.assertj.core.api.Assertions.within(1e-12));
            assertThat(iso.orthogonality(inputs.rotation()).frobenius()).isLessThan(1e-12);
        }
    }

    @Test
    void crossoversAreTheLeastOrderThatStaysFaster() {
        Entry entry = new Entry(Operation.EXP, DType.F32);
        TimeTable host = new TimeTable(List.of(new Point(100, 1_000_000)));
        TimeTable flat = new TimeTable(List.of(new Point(1 << 14, 1_000_000)));
        Hardware hardware = new Hardware("p", 1, "h", "d", "v");
        Link free = new Link(Long.MAX_VALUE, Long.MAX_VALUE, 0);
        Profile profile = new Profile(hardware, free, Map.of(entry, host), Map.of(entry, flat));
        assertThat(Crossovers.of(profile, entry)).hasValue(101);
        TimeTable slow = new TimeTable(List.of(new Point(100, 2_000_000)));
        assertThat(Crossovers.of(new Profile(hardware, free, Map.of(entry, host), Map.of(entry, slow)), entry))
                .isEmpty();
    }
}
