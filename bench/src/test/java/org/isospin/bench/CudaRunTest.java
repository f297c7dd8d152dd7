package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isospin.DType;
import org.isospin.backend.BackendChoice;
import org.isospin.placement.Operation;
import org.isospin.placement.Profile;
import org.isospin.placement.Profile.Entry;
import org.isospin.placement.ProfileFile;
import org.isospin.placement.ProfileSource;
import org.isospin.placement.TimeTable;
import org.isospin.properties.StandIn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line on the CUDA backend, in a JVM of its own that was told which library to take for CUDA's. */
@Timeout(300)
class CudaRunTest {
    private static final int USAGE = 2;
    private static final int BACKEND_UNAVAILABLE = 3;
    private static final Path GOLDEN = Path.of("../property-tests/src/test/resources/golden");

    @TempDir
    Path folder;

    /** What a run printed, and how it ended. */
    private record Ended(int code, String out, String err) {}

    private Ended run(Path library, String... arguments) throws IOException, InterruptedException {
        return run(library, 1, arguments);
    }

    private Ended run(Path library, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return run(library, 1, environment, arguments);
    }

    /** Runs with a number of threads to a block of the stand-in's kernels. */
    private Ended run(Path library, int threads, String... arguments) throws IOException, InterruptedException {
        return run(library, threads, Map.of(), arguments);
    }

    private Ended run(Path library, int threads, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-D" + StandIn.PROPERTY + "=" + library,
                "-cp",
                System.getProperty("java.class.path"),
                "org.isospin.bench.Main"));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("ISOSPIN_STANDIN_THREADS", Integer.toString(threads));
        Process process = builder.start();
        int code = process.waitFor();
        return new Ended(
                code, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    private static Path standIn() {
        StandIn.Outcome outcome = StandIn.build();
        if (outcome.library().isEmpty()) {
            if (System.getenv("ISOSPIN_REQUIRE_ALL") != null) {
                return fail(outcome.reason());
            }
            return abort(outcome.reason());
        }
        return outcome.library().get();
    }

    @Test
    void conformPassesOnTheStandIn() throws IOException, InterruptedException {
        Ended ended = run(standIn(), "conform", GOLDEN.toString(), "--backend", "cuda");
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    }

    /** Kernels whose threads need each other, and reductions: a missing or divergent barrier fails or hangs here. */
    @Test
    void conformPassesWithSeveralThreadsToABlock() throws IOException, InterruptedException {
        String groups = "expm_skew,procrustes,cayley,dion";
        Ended ended = run(standIn(), 3, "conform", GOLDEN.toString(), "--backend", "cuda", "--group", groups);
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    }

    @Test
    void autoComputesOnTheProcessorAndSaysThatCudaIsThere() throws IOException, InterruptedException {
        Ended info = run(standIn(), "info");
        assertThat(info.out())
                .contains("stand-in")
                .containsPattern("simd +chosen")
                .containsPattern("cuda +available");
        Ended named = run(standIn(), "info", "--backend", "cuda");
        assertThat(named.out()).contains("cuda:0 (stand-in)").contains("compute capability");
    }

    @Test
    void calibrateTimesBothPlacesAndTheProfileIsFound() throws IOException, InterruptedException {
        Path profile = folder.resolve("profile.json");
        Ended ended = run(standIn(), "calibrate", "--quick", "--ops", "exp", "-o", profile.toString());
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out())
                .contains("device: cuda:0 (stand-in), driver 13.0", "GB/s there", "on the device from n")
                .containsPattern("exp +f64 +\\d+");
        Profile measured = ProfileFile.read(profile);
        Entry exp = new Entry(Operation.EXP, DType.F32);
        assertThat(measured.knows(exp)).isTrue();
        TimeTable onHost = Objects.requireNonNull(measured.host().get(exp));
        TimeTable onDevice = Objects.requireNonNull(measured.device().get(exp));
        assertThat(onDevice.points()).hasSameSizeAs(onHost.points());
        Ended info = run(standIn(), Map.of(ProfileSource.VARIABLE, profile.toString()), "info");
        assertThat(info.out()).contains("large calls on cuda, by measured times of " + profile);
    }

    /** A call that is too small for the device must not even load the bindings, whose first use loads CUDA's libraries. */
    @Test
    void smallCallsLoadNothingOfCuda() throws IOException, InterruptedException {
        Path classes = folder.resolve("classes.txt");
        Map<String, String> environment = Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes);
        Path library = standIn();
        String groups = "expm_skew,cayley,procrustes";
        Ended ended = run(library, environment, "conform", GOLDEN.toString(), "--group", groups);
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        String loaded = Files.readString(classes, StandardCharsets.UTF_8);
        assertThat(loaded).contains("org.isospin.Placement ", "org.isospin.gpu.CudaProvider ");
        assertThat(loaded).doesNotContain("org.isospin.ffm.cuda.");
    }

    @Test
    void theVariableForcesABackend() throws IOException, InterruptedException {
        Map<String, String> forced = Map.of(BackendChoice.VARIABLE, "cuda");
        assertThat(run(standIn(), forced, "info").out()).containsPattern("cuda +chosen");
        Ended unknown = run(standIn(), Map.of(BackendChoice.VARIABLE, "abacus"), "info");
        assertThat(unknown.err()).contains("ISOSPIN_BACKEND=abacus: no backend is named 'abacus'");
        assertThat(unknown.code()).isEqualTo(USAGE);
    }

    @Test
    void aFileThatIsNoLibraryIsTheReason() throws IOException, InterruptedException {
        Path text = Files.writeString(folder.resolve("libcuda.so"), "not a library");
        Ended ended = run(text, "info", "--backend", "cuda");
        assertThat(ended.err())
                .contains("isospin: backend cuda is not available: " + StandIn.PROPERTY + "=" + text)
                .contains("file too short");
        assertThat(ended.code()).isEqualTo(BACKEND_UNAVAILABLE);
    }

    @Test
    void benchTellsFromWhichOrderOnTheDevicePays() throws IOException, InterruptedException {
        Path json = folder.resolve("bench.json");
        Path page = folder.resolve("bench.html");
        Ended ended = run(
                standIn(),
                "bench",
                "--quick",
                "--ops",
                "gemm,gemmt,cayley,qr,svd",
                "--sizes",
                "8,24",
                "--dtypes",
                "f32",
                "--backends",
                "reference,cuda",
                "--json",
                json.toString(),
                "--html",
                page.toString());
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        assertThat(ended.out())
                .containsPattern("cuda reaches: gemm f32 \\S+ GFLOP/s, memory \\S+ GB/s, to it \\S+ GB/s, from it")
                .contains("resident ms", "transfers ms", "host ms")
                .containsPattern("svd +24  f32 ")
                .containsPattern("gemm f32: GPU pays .*n = \\d+.* resident, .*n = \\d+.* with transfers"
                        + " \\(against reference\\)");
        JsonNode device = JsonMapper.shared()
                .readTree(Files.readString(json))
                .get("devices")
                .get(0);
        assertThat(device.get("backend").asString()).isEqualTo("cuda");
        assertThat(device.get("ceilings").get("gemmFlopsPerSecond").get("f32").asDouble())
                .isPositive();
        assertThat(device.get("ceilings").get("uploadBytesPerSecond").asDouble())
                .isPositive();
        assertThat(device.get("results")).hasSize(10);
        JsonNode gemm = device.get("results").get(1);
        assertThat(gemm.get("n").asInt()).isEqualTo(24);
        assertThat(gemm.get("verified").asBoolean()).isTrue();
        assertThat(gemm.get("residentSeconds").get("median").asDouble()).isPositive();
        assertThat(gemm.get("transferSeconds").asDouble()).isPositive();
        assertThat(gemm.get("hostSeconds").asDouble()).isPositive();
        assertThat(gemm.get("bytesRead").asLong()).as("two operands").isEqualTo(2 * 24 * 24 * 4);
        assertThat(gemm.get("bytesWritten").asLong()).isEqualTo(24 * 24 * 4);
        assertThat(gemm.get("peakShare").asDouble()).isPositive();
        assertThat(device.get("crossovers")).hasSize(5);
        assertThat(Files.readString(page)).contains("<h2>on cuda</h2>", "gemm f32 on cuda", "resident", "transfers");
    }
}
