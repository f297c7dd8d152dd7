package org.isospin.bench.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.isospin.bench.Cli;
import org.isospin.bench.StandInRun;
import org.isospin.bench.StandInRun.Ended;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bare calls beside the backend's, on the stand-in; its times mean nothing. */
@Timeout(300)
class CallRunTest {
    private static final int USAGE = 2;
    private static final int BACKEND_UNAVAILABLE = 3;

    @TempDir
    Path folder;

    @Test
    void everyCallIsVerifiedAndTimedOnBothSides() throws IOException, InterruptedException {
        Path json = folder.resolve("calls.json");
        Path page = folder.resolve("calls.html");
        Ended ended = new StandInRun(folder, StandInRun.library())
                .run(
                        "bench",
                        "--ops",
                        "calls",
                        "--sizes",
                        "12,33",
                        "--dtypes",
                        "f32,f64,bf16",
                        "--seconds",
                        "0.1",
                        "--json",
                        json,
                        "--html",
                        page);
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        assertThat(ended.out())
                .containsPattern("gemm +f32 +cublasGemmEx +12 ")
                .containsPattern("gemm batched +bf16 +16 of 3 by cublasGemmStridedBatchedEx +12 ")
                .containsPattern("gemmt +f64 +cublas\\?syrkx, one triangle +33 ")
                .containsPattern("trsm +f64 +cublas\\?trsm +33 ")
                .containsPattern("potrf +f32 +cusolverDn\\?potrf +12 ")
                .containsPattern("getrf +f64 +cusolverDn\\?getrf +33 ")
                .containsPattern("there and back +f32 +69696 bytes from pinned memory +132 ")
                .containsPattern("first result +f32 +a program in C +33 ");
        JsonNode results = JsonMapper.shared().readTree(Files.readString(json)).get("results");
        // Six calls in F32 and F64, two in BF16, at two orders; the link; a fresh process.
        assertThat(results).hasSize(2 * (6 + 6 + 2) + 2);
        for (JsonNode row : results) {
            assertThat(row.get("verified").asBoolean()).as(row.toString()).isTrue();
            assertThat(row.get("seconds").get("median").asDouble()).isPositive();
            assertThat(row.get("againstSeconds").get("median").asDouble()).isPositive();
            assertThat(row.get("speed").asDouble()).isPositive();
        }
        JsonNode link = results.get(results.size() - 2);
        assertThat(link.get("goal").asDouble()).isEqualTo(0.9);
        assertThat(link.get("verdict").asString()).isIn("holds", "missed");
        assertThat(results.get(0).has("goal")).as("of a small order").isFalse();
        assertThat(Files.readString(page)).contains("getrf");
    }

    @Test
    void standsAloneAndNeedsAGpu() throws IOException, InterruptedException {
        Cli.run("bench", "--ops", "calls,gemm").fails(USAGE, "calls stands alone");
        Path text = Files.writeString(folder.resolve("libcuda.so"), "not a library");
        Ended ended = new StandInRun(folder, text).run("bench", "--ops", "calls");
        assertThat(ended.code()).isEqualTo(BACKEND_UNAVAILABLE);
        assertThat(ended.err()).contains("isospin: backend cuda is not available: ");
    }
}
