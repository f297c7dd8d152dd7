package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.isospin.DType;
import org.isospin.backend.BackendChoice;
import org.isospin.bench.StandInRun.Ended;
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

    private StandInRun standIn() {
        return new StandInRun(folder, StandInRun.library());
    }

    @Test
    void conformPassesOnTheStandIn() throws IOException, InterruptedException {
        Ended ended = standIn().run("conform", GOLDEN.toString(), "--backend", "cuda");
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    }

    /** Kernels whose threads need each other, and reductions: a missing or divergent barrier fails or hangs here. */
    @Test
    void conformPassesWithSeveralThreadsToABlock() throws IOException, InterruptedException {
        String groups = "expm_skew,procrustes,cayley,dion";
        Ended ended = standIn()
                .with("ISOSPIN_STANDIN_THREADS", "3")
                .run("conform", GOLDEN.toString(), "--backend", "cuda", "--group", groups);
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    }

    @Test
    void autoComputesOnTheProcessorAndSaysThatCudaIsThere() throws IOException, InterruptedException {
        Ended info = standIn().run("info");
        assertThat(info.out())
                .contains("stand-in")
                .containsPattern("simd +chosen")
                .containsPattern("cuda +available");
        Ended named = standIn().run("info", "--backend", "cuda");
        assertThat(named.out()).contains("cuda:0 (stand-in)").contains("compute capability");
    }

    @Test
    void calibrateTimesBothPlacesAndTheProfileIsFound() throws IOException, InterruptedException {
        Path profile = folder.resolve("profile.json");
        Ended ended = standIn().run("calibrate", "--quick", "--ops", "exp", "-o", profile.toString());
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
        Ended info = standIn().with(ProfileSource.VARIABLE, profile.toString()).run("info");
        assertThat(info.out()).contains("large calls on cuda, by measured times of " + profile);
    }

    /** A call that is too small for the device must not even load the bindings, whose first use loads CUDA's libraries. */
    @Test
    void smallCallsLoadNothingOfCuda() throws IOException, InterruptedException {
        Path classes = folder.resolve("classes.txt");
        String groups = "expm_skew,cayley,procrustes";
        Ended ended = standIn()
                .with("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes)
                .run("conform", GOLDEN.toString(), "--group", groups);
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        String loaded = Files.readString(classes, StandardCharsets.UTF_8);
        assertThat(loaded).contains("org.isospin.Placement ", "org.isospin.gpu.CudaProvider ");
        assertThat(loaded).doesNotContain("org.isospin.ffm.cuda.");
    }

    @Test
    void theVariableForcesABackend() throws IOException, InterruptedException {
        assertThat(standIn().with(BackendChoice.VARIABLE, "cuda").run("info").out())
                .containsPattern("cuda +chosen");
        Ended unknown = standIn().with(BackendChoice.VARIABLE, "abacus").run("info");
        assertThat(unknown.err()).contains("ISOSPIN_BACKEND=abacus: no backend is named 'abacus'");
        assertThat(unknown.code()).isEqualTo(USAGE);
    }

    @Test
    void aFileThatIsNoLibraryIsTheReason() throws IOException, InterruptedException {
        Path text = Files.writeString(folder.resolve("libcuda.so"), "not a library");
        Ended ended = new StandInRun(folder, text).run("info", "--backend", "cuda");
        assertThat(ended.err())
                .contains("isospin: backend cuda is not available: " + StandIn.PROPERTY + "=" + text)
                .contains("file too short");
        assertThat(ended.code()).isEqualTo(BACKEND_UNAVAILABLE);
    }

    @Test
    void benchTellsFromWhichOrderOnTheDevicePays() throws IOException, InterruptedException {
        Path json = folder.resolve("bench.json");
        Path page = folder.resolve("bench.html");
        Ended ended = standIn()
                .run(
                        "bench",
                        "--quick",
                        "--seconds",
                        "3",
                        "--ops",
                        "gemm,gemmt,cayley,qr,svd,cayley-neumann",
                        "--blocks",
                        "6",
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
                .containsPattern("cayley-neumann × 6 +24  f32 ")
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
        assertThat(device.get("results")).hasSize(2 * 7);
        JsonNode batch = device.get("results").get(13);
        assertThat(batch.get("operation").asString()).isEqualTo("cayley-neumann");
        assertThat(batch.get("blocks").asInt()).isEqualTo(6);
        assertThat(batch.get("verified").asBoolean()).isTrue();
        assertThat(batch.get("residentSeconds").get("median").asDouble()).isPositive();
        assertThat(batch.get("bytesRead").asLong()).as("a block, packed").isEqualTo(24 * 23 / 2 * 4);
        assertThat(batch.get("bytesWritten").asLong()).isEqualTo(24 * 24 * 4);
        JsonNode gemm = device.get("results").get(1);
        assertThat(gemm.get("n").asInt()).isEqualTo(24);
        assertThat(gemm.get("verified").asBoolean()).isTrue();
        assertThat(gemm.get("residentSeconds").get("median").asDouble()).isPositive();
        assertThat(gemm.get("transferSeconds").asDouble()).isPositive();
        assertThat(gemm.get("hostSeconds").asDouble()).isPositive();
        assertThat(gemm.get("bytesRead").asLong()).as("two operands").isEqualTo(2 * 24 * 24 * 4);
        assertThat(gemm.get("bytesWritten").asLong()).isEqualTo(24 * 24 * 4);
        assertThat(gemm.get("peakShare").asDouble()).isPositive();
        assertThat(device.get("crossovers")).hasSize(6);
        assertThat(Files.readString(page)).contains("<h2>on cuda</h2>", "gemm f32 on cuda", "resident", "transfers");
    }
}
