package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.isospin.DType;
import org.isospin.Description;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Backend;
import org.isospin.backend.BackendChoice;
import org.isospin.backend.Discovery;
import org.isospin.gpu.DeviceScope;
import org.isospin.optim.AdamW;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Update;
import org.isospin.placement.Hardware;
import org.isospin.placement.Link;
import org.isospin.placement.Operation;
import org.isospin.placement.Profile;
import org.isospin.placement.Profile.Entry;
import org.isospin.placement.ProfileFile;
import org.isospin.placement.ProfileSource;
import org.isospin.placement.TimeTable;
import org.isospin.placement.TimeTable.Point;
import org.isospin.polar.Msign;
import org.isospin.properties.StandInKnobs.Knob;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.RotationLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An automatic context and the CUDA backend, by a profile in which the device wins from a small order on. */
class CudaPlacementTest {
    private static final int CROSSOVER = 32;

    @TempDir
    Path folder;

    private String host = "";

    @BeforeEach
    void measure() throws IOException {
        StandInKnobs.assume();
        Map<Entry, TimeTable> onHost = new LinkedHashMap<>();
        Map<Entry, TimeTable> onDevice = new LinkedHashMap<>();
        for (Operation operation : Operation.values()) {
            for (DType dtype : List.of(DType.F32, DType.F64)) {
                Entry entry = new Entry(operation, dtype);
                onHost.put(
                        entry,
                        new TimeTable(List.of(new Point(CROSSOVER - 1, 1_000), new Point(CROSSOVER, 1_000_000_000))));
                onDevice.put(entry, new TimeTable(List.of(new Point(1024, 1_000_000))));
            }
        }
        Path file = folder.resolve("profile.json");
        Discovery found = Discovery.find();
        try (Backend here = found.bestOnHost();
                Backend device = found.named(Backends.CUDA)) {
            host = here.name();
            Hardware hardware = Hardware.of(here).with(device);
            assertThat(hardware.device()).isEqualTo("cuda:0 (stand-in)");
            assertThat(hardware.driver()).isEqualTo("13.0");
            ProfileFile.write(file, new Profile(hardware, new Link(1L << 40, 1L << 40, 1_000), onHost, onDevice));
        }
        System.setProperty(ProfileSource.PROPERTY, file.toString());
    }

    @AfterEach
    void forget() {
        System.clearProperty(ProfileSource.PROPERTY);
    }

    /** A call of every kind with operands of an order in host memory, and its results. */
    private static List<Dense> compute(Isospin iso, int n) {
        SkewMatrix a = Generators.skew(DType.F32, n, 1, 5);
        Matrix m = Generators.gaussian(n, n, 6).to(DType.F32);
        Matrix b = Generators.gaussian(n, n, 7).to(DType.F32);
        Matrix neumann = Matrix.allocate(DType.F32, n, n);
        Matrix haar = Matrix.allocate(DType.F32, n, n);
        Matrix msign = Matrix.allocate(DType.F32, n, n);
        Matrix inverse = Matrix.allocate(DType.F32, n, n);
        Matrix values = Matrix.allocate(DType.F32, 1, n);
        SkewMatrix back = SkewMatrix.allocate(DType.F32, n);
        Matrix rotation = iso.cayley(a);
        iso.cayleyNeumann(a, 3, CayleyStep.HALF, neumann);
        iso.haarOrthogonal(1, haar);
        iso.msign(m, msign, Msign.polarExpress(5));
        iso.inverse(m, inverse);
        iso.inverseCayley(rotation, CayleyStep.FULL, back);
        iso.singularValues(m, values);
        return List.of(
                Dense.of(iso.exp(a)),
                Dense.of(rotation),
                Dense.of(neumann),
                Dense.of(haar),
                Dense.of(msign),
                Dense.of(iso.polar(m)),
                Dense.of(iso.procrustes(m, b).rotation()),
                Dense.of(inverse),
                Dense.of(back.packed()),
                Dense.of(values),
                Dense.of(iso.svd(m).s()),
                Dense.of(iso.qr(m).q()));
    }

    private static void assertSameBits(List<Dense> found, List<Dense> expected) {
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).hasBitsOf(expected.get(i)))
                    .as("result %d", i)
                    .isTrue();
        }
    }

    @Test
    void largeCallsAreTheDevicesAndSmallOnesTheHosts() {
        try (Isospin auto = Isospin.auto();
                Isospin cpu = Isospin.cpu();
                Isospin cuda = Isospin.named(Backends.CUDA)) {
            assertSameBits(compute(auto, CROSSOVER - 1), compute(cpu, CROSSOVER - 1));
            assertThat(auto.describe().calls())
                    .allSatisfy(calls -> assertThat(calls.latest().backend()).isEqualTo(host));
            assertSameBits(compute(auto, CROSSOVER), compute(cuda, CROSSOVER));
            List<Description.Calls> onCuda = auto.describe().calls().stream()
                    .filter(calls -> calls.latest().backend().equals(Backends.CUDA))
                    .toList();
            assertThat(onCuda).extracting(calls -> calls.latest().operation()).containsExactly(Operation.values());
            assertThat(onCuda)
                    .allSatisfy(
                            calls -> assertThat(calls.latest().reason()).contains("by measured times of " + folder));
            assertThat(auto.describe().backend()).isEqualTo(host);
        }
    }

    @Test
    void smallCallsNeverReachTheDevice() {
        Map<Knob, Integer> before = StandInKnobs.alive();
        int launches = StandInKnobs.count(Knob.LAUNCHES);
        try (Isospin auto = Isospin.auto()) {
            compute(auto, CROSSOVER - 1);
            Matrix square = Matrix.allocate(DType.F32, 100, 100);
            auto.multiply(square, square.copy(), Matrix.allocate(DType.F32, 100, 100));
            auto.orthogonality(square);
            assertThat(StandInKnobs.alive()).isEqualTo(before);
            assertThat(StandInKnobs.count(Knob.LAUNCHES)).isEqualTo(launches);
        }
    }

    @Test
    void operandsOnADeviceDecideFirst() {
        int n = 9;
        Matrix m = Generators.gaussian(n, n, 3).to(DType.F32);
        SkewMatrix skew = Generators.skew(DType.F32, n, 1, 4);
        try (Isospin auto = Isospin.auto();
                Isospin cuda = Isospin.named(Backends.CUDA);
                DeviceScope scope = DeviceScope.open()) {
            Matrix onDevice = scope.upload(m);
            Matrix out = scope.allocate(DType.F32, n, n);
            auto.exp(scope.upload(skew), out);
            assertThat(Dense.of(out.copy()).hasBitsOf(Dense.of(cuda.exp(skew)))).isTrue();
            assertThat(auto.describe().calls())
                    .singleElement()
                    .satisfies(calls -> assertThat(calls.latest().reason()).isEqualTo("an operand is on a device"));
            // One operand is enough, whichever it is, and for operations that are never placed by their size too.
            Matrix product = Matrix.allocate(DType.F32, n, n);
            auto.multiply(m, onDevice, product);
            assertThat(Dense.of(product).hasBitsOf(product(cuda, m))).isTrue();
            auto.multiply(m, m.copy(), out);
            assertThat(Dense.of(out.copy()).hasBitsOf(product(cuda, m))).isTrue();
            assertThat(auto.orthogonality(onDevice).frobenius())
                    .isEqualTo(cuda.orthogonality(m).frobenius());
            Matrix rotation = cuda.exp(skew);
            SkewMatrix log = SkewMatrix.allocate(DType.F32, n);
            SkewMatrix expected = SkewMatrix.allocate(DType.F32, n);
            RotationLog.log(auto, scope.upload(rotation), log);
            RotationLog.log(cuda, rotation, expected);
            assertThat(Dense.of(log.packed()).hasBitsOf(Dense.of(expected.packed())))
                    .isTrue();
        }
    }

    private static Dense product(Isospin iso, Matrix m) {
        Matrix out = Matrix.allocate(DType.F32, m.rows(), m.columns());
        iso.multiply(m, m.copy(), out);
        return Dense.of(out);
    }

    @Test
    void optimizersStepWhereTheWeightsAre() {
        int n = 2 * CROSSOVER;
        Matrix gradient = Generators.gaussian(n, n, 3).to(DType.F32);
        try (Isospin auto = Isospin.auto();
                Isospin cpu = Isospin.cpu();
                Isospin cuda = Isospin.named(Backends.CUDA);
                DeviceScope scope = DeviceScope.open()) {
            int launches = StandInKnobs.count(Knob.LAUNCHES);
            Matrix weight = Generators.gaussian(n, n, 4).to(DType.F32);
            step(auto, weight, gradient);
            assertThat(StandInKnobs.count(Knob.LAUNCHES)).isEqualTo(launches);
            Matrix expected = Generators.gaussian(n, n, 4).to(DType.F32);
            step(cpu, expected, gradient);
            assertThat(Dense.of(weight).hasBitsOf(Dense.of(expected))).isTrue();

            Matrix onDevice = scope.upload(Generators.gaussian(n, n, 4).to(DType.F32));
            Matrix ofCuda = Generators.gaussian(n, n, 4).to(DType.F32);
            step(auto, onDevice, gradient);
            step(cuda, ofCuda, gradient);
            assertThat(Dense.of(onDevice.copy()).hasBitsOf(Dense.of(ofCuda))).isTrue();
        }
    }

    private static void step(Isospin iso, Matrix weight, Matrix gradient) {
        Optimizer optimizer = AdamW.builder().learningRate(0.1).build(iso);
        ParameterId id = optimizer.register(ParameterSpec.matrix(
                "w", DType.F32, weight.rows(), weight.columns(), org.isospin.optim.Orientation.OUT_IN));
        optimizer.step(1, id, weight, gradient);
        optimizer.step(2, List.of(new Update(id, weight, gradient)));
    }

    @Test
    void theLogTellsEveryPlacement() {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(new SimpleFormatter().formatMessage(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("org.isospin");
        Level before = logger.getLevel();
        logger.setLevel(Level.FINE);
        logger.addHandler(handler);
        try (Isospin auto = Isospin.auto();
                DeviceScope scope = DeviceScope.open()) {
            auto.exp(Generators.skew(DType.F32, CROSSOVER - 1, 1, 1));
            auto.exp(Generators.skew(DType.F32, CROSSOVER, 1, 1));
            Matrix there = scope.upload(Matrix.allocate(DType.F32, 2, 2));
            auto.multiply(there, there, Matrix.allocate(DType.F32, 2, 2));
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("exp F32 31 x 31: " + host + ", because 1.00 µs on " + host + " compare");
        assertThat(lines.get(1))
                .startsWith("exp F32 32 x 32: cuda, because 1.00 s on " + host + " compare with 1.00 ms");
        assertThat(lines.get(2)).isEqualTo("a call: cuda, because an operand is on a device");
    }

    @Test
    void thePropertyForcesAndForbidsCuda() {
        System.setProperty(BackendChoice.PROPERTY, "-cuda");
        try {
            try (Isospin auto = Isospin.auto()) {
                compute(auto, CROSSOVER);
                assertThat(auto.describe().others())
                        .contains(new Description.Other(Backends.CUDA, "forbidden by isospin.backend=-cuda"));
            }
            System.setProperty(BackendChoice.PROPERTY, "cuda");
            try (Isospin auto = Isospin.auto()) {
                assertThat(auto.describe().backend()).isEqualTo(Backends.CUDA);
            }
        } finally {
            System.clearProperty(BackendChoice.PROPERTY);
        }
    }
}
