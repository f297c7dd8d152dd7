package org.isospin.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.isospin.bench.Cli;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs of two machines in one table. */
class ReportCommandTest {
    private static final int CHECK_FAILED = 1;
    private static final int USAGE = 2;

    @TempDir
    Path folder;

    private static String row(String contestant, int n, double milliseconds, boolean isVerified) {
        return """
                {"operation": "gemm", "n": %d, "dtype": "f32", "contestant": "%s", "verified": %b, "error": 2.5,
                 "checks": [{"name": "C·x against A·(B·x)", "error": 2.5, "tolerance": 9, "passed": %b}],
                 "seconds": {"median": %s}, "usefulFlops": 2e9}""".formatted(n, contestant, isVerified, isVerified, 1e-3 * milliseconds);
    }

    private Path run(String name, String version, int seed, String sizes, String cpu, String... rows)
            throws IOException {
        return Files.writeString(
                folder.resolve(name), """
                {"schema": "isospin.bench/1", "environment": {"isospin": "%s", "cpu": "%s", "date": "2026-01-02"},
                 "inputs": {"seed": %d, "operations": ["gemm"], "sizes": %s, "dtypes": ["f32"]},
                 "results": [%s],
                 "devices": [{"backend": "cuda", "results": [{"operation": "gemm", "n": 1000, "dtype": "f32",
                   "verified": true, "error": 1, "residentSeconds": {"median": 1e-4}}]}]}
                """.formatted(version, cpu, seed, sizes, String.join(",\n", rows)));
    }

    @Test
    void ratiosAreToTheFastestOfTheFirstRunAndToTheSameContestant() throws IOException {
        Path one = run(
                "one.json",
                "1.0",
                1,
                "[1000]",
                "slow <one>",
                row("simd", 1000, 10, true),
                row("wrong", 1000, 1, false),
                row("reference", 1000, 50, true));
        Path two = run("two.json", "1.0", 1, "[1000]", "fast one", row("simd", 1000, 5, true));
        Path page = folder.resolve("page.html");
        Cli run = Cli.run("report", one, two, "--html", page);
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).as("one row failed its verification").isEqualTo(CHECK_FAILED);
        // 2·10⁹ flops in 10 ms are 200 GFLOP/s; the fastest verified one of A is its device, 0.1 ms.
        assertThat(run.out().lines().map(String::strip))
                .contains(
                        "gemm  1000  f32   A    simd            10.0      200   0.01       -      2.5",
                        "gemm  1000  f32   A    wrong           1.00     2000   0.10       -      2.5  FAILED",
                        "gemm  1000  f32   A    reference       50.0     40.0  0.002       -      2.5",
                        "gemm  1000  f32   A    cuda resident  0.100    20000   1.00       -      1.0",
                        "gemm  1000  f32   B    simd            5.00      400   0.02    2.00      2.5",
                        "gemm  1000  f32   B    cuda resident  0.100    20000   1.00    1.00      1.0");
        assertThat(run.out()).contains("A: " + one + ": slow <one>; isospin 1.0; 2026-01-02");
        assertThat(Files.readString(page))
                .contains("<svg", "slow &lt;one&gt;", "A simd", "B simd", "FAILED C·x against A·(B·x)")
                .doesNotContain("<script", "http");
    }

    @Test
    void everyDifferenceIsToldAndRefusedUnlessNamed() throws IOException {
        Path one = run("one.json", "1.0", 1, "[1000]", "a", row("simd", 1000, 10, true));
        Path two = run("two.json", "1.1", 2, "[1000,2000]", "b", row("simd", 1000, 5, true));
        Cli.run("report", one, two)
                .fails(
                        USAGE,
                        "not about the same",
                        "version: 1.0 in " + one + ", 1.1 in " + two,
                        "seed: 1 in " + one + ", 2 in " + two,
                        "sizes: [1000] in " + one + ", [1000,2000] in " + two,
                        "--ignore version,seed,sizes");
        Cli.run("report", one, two, "--ignore", "seed,sizes").fails(USAGE, "version: 1.0 in ");
        Cli run = Cli.run("report", one, two, "--ignore", "version,seed,sizes").succeeds();
        assertThat(run.out()).contains("ignored 1: version: 1.0 in ", "ignored 2: seed: 1 in ", "ignored 3: sizes: ");
    }

    @Test
    void whatIsNoRunIsRefused() throws IOException {
        Path good = run("good.json", "1.0", 1, "[1000]", "a", row("simd", 1000, 10, true));
        Path text = Files.writeString(folder.resolve("text"), "text");
        Path other = Files.writeString(folder.resolve("other"), "{\"schema\": \"isospin.info/1\"}");
        Path old = Files.writeString(folder.resolve("old"), "{\"schema\": \"isospin.bench/1\", \"results\": []}");
        Cli.run("report", good, text).fails(USAGE, text + ": is not JSON");
        Cli.run("report", good, other).fails(USAGE, other + ": report takes", "not isospin.info/1");
        Cli.run("report", good, old).fails(USAGE, old + ": does not say what its inputs were");
        Cli.run("report", good, folder.resolve("none")).fails(USAGE, "none: no such file");
        Cli.run("report", good).fails(USAGE, "FILE");
        Cli.run("report", good, good, "--ignore", "luck").fails(USAGE, "no 'luck', but version, seed, operations");
    }
}
