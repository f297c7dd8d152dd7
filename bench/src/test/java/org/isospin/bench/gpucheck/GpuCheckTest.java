package org.isospin.bench.gpucheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.isospin.bench.Cli;
import org.isospin.bench.StandInRun;
import org.isospin.bench.StandInRun.Ended;
import org.isospin.bench.cli.Home;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole check, on the stand-in, with a python3 that has something for torch. */
@Timeout(300)
class GpuCheckTest {
    private static final int CHECK_FAILED = 1;
    private static final int USAGE = 2;
    private static final int BACKEND_UNAVAILABLE = 3;
    private static final Path GOLDEN = Path.of("../property-tests/src/test/resources/golden");
    private static final String GROUP = "cayley";

    @TempDir
    Path folder;

    private Path home;
    private Path tools;
    private Path results;

    /** A bundle's folder with one group of golden vectors, and programs that come first. */
    @BeforeEach
    void makeHome() throws IOException {
        home = folder.resolve("a home");
        tools = Files.createDirectories(folder.resolve("tools"));
        results = folder.resolve("results");
        Path golden = Files.createDirectories(home.resolve("golden"));
        for (String ending : List.of(".json", ".safetensors")) {
            Files.copy(GOLDEN.resolve(GROUP + ending), golden.resolve(GROUP + ending));
        }
        Path peers = Files.createDirectories(home.resolve("peers"));
        try (Stream<Path> scripts = Files.list(Path.of("peers"))) {
            for (Path script : scripts.toList()) {
                Files.copy(script, peers.resolve(script.getFileName()));
            }
        }
        Files.writeString(home.resolve("COMMIT"), "0123abc\n");
    }

    private StandInRun check() {
        return new StandInRun(folder, StandInRun.library())
                .property(Home.PROPERTY, home)
                .property("isospin.terminal", "OUT")
                .with("PATH", tools + ":" + System.getenv("PATH"));
    }

    private Path program(Path file, String script) throws IOException {
        Files.writeString(file, script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private JsonNode json(String name) throws IOException {
        return JsonMapper.shared().readTree(Files.readString(results.resolve(name)));
    }

    /** Makes python3 one that says it has torch, and the script of PyTorch's peers one of some Python. */
    private void torch(String script) throws IOException, InterruptedException {
        Process which = new ProcessBuilder("sh", "-c", "command -v python3").start();
        String real =
                new String(which.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
        assumeTrue(which.waitFor() == 0, "there is no python3");
        program(tools.resolve("python3"), """
                #!/bin/sh
                case $2 in
                    "import torch") ;;
                    import*) echo /wheels/a/lib ;;
                    *) exec '%s' -B "$@" ;;
                esac
                """.formatted(real));
        Files.writeString(home.resolve("peers/torch_peers.py"), script);
    }

    @Test
    void everyStepIsRunAndItsResultsAreInTheFolder() throws IOException, InterruptedException {
        torch("""
                import os, sys
                import exported, rows
                at = sys.argv.index
                folders = sys.argv[at("--inputs") + 1 : at("--json")]
                assert float(sys.argv[at("--seconds") + 1]) > 0
                assert os.environ["LD_LIBRARY_PATH"] == "/mine:/wheels/a/lib"
                manifests = [exported.manifest(folder) for folder in folders]
                found = [
                    rows.row(case, "torch", 0, [1e-3, 2e-3, 3e-3], 1)
                    for folder, manifest in zip(folders, manifests)
                    for case in manifest["cases"]
                    if exported.matrices(folder, case)
                ]
                about = manifests[0] | {"inputs": rows.united([m["inputs"] for m in manifests])}
                rows.write(sys.argv[at("--json") + 1], rows.document(about, {"device": "a fake"}, [], found))
                """);
        // The laws take minutes on the stand-in, and other runs of bench differ by what they are told alone.
        String steps = "info,conform,torch,bench-tf32,report";
        Ended ended = check().with("LD_LIBRARY_PATH", "/mine")
                .run("gpu-check", "--quick", "-o", results, "--steps", steps, "--minutes", "20");
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        assertThat(ended.out())
                .contains("devices: stand-in, stand-in 1", "compute capability: 9.0", "CUDA runtime: 13.0")
                .contains("commit: 0123abc", "command: isospin gpu-check --quick -o " + results)
                .contains("5 of 5 steps passed; results in " + results);
        JsonNode summary = json("summary.json");
        assertThat(summary.get("schema").asString()).isEqualTo("isospin.gpu-check/1");
        assertThat(summary.get("complete").asBoolean()).isTrue();
        assertThat(summary.get("facts").get("driver supports CUDA").asString()).isEqualTo("13.0");
        assertThat(summary.get("steps").valueStream().map(s -> s.get("name").asString()))
                .containsExactly(steps.split(","));
        assertThat(Files.readString(results.resolve("summary.txt")))
                .contains("5 of 5 steps passed")
                .doesNotContain("\033");
        assertThat(Files.readString(results.resolve("02-conform.txt"))).contains(GROUP);
        assertThat(json("bench-tf32.json")
                        .get("results")
                        .get(0)
                        .get("contestant")
                        .asString())
                .isEqualTo("cuda tf32");
        assertThat(Files.readString(results.resolve("05-report.txt")))
                .containsPattern("procrustes +16  f32   A    torch ")
                .containsPattern("exp +32  f32   A    torch ")
                .containsPattern("gemm +32  f32   B    cuda tf32 resident ");
        assertThat(results.resolve("report.html")).isNotEmptyFile();
        assertThat(Files.readString(results.resolve("05-report.txt"))).doesNotContain("\033");
    }

    @Test
    void benchUnderstandsWhatEveryStepTellsIt() {
        Steps steps = new Steps(results, GOLDEN, home, "simd", List.of(8), folder, 1);
        List<Selection> all =
                Stream.concat(steps.beside().stream(), steps.others().stream()).toList();
        assertThat(all).hasSize(7);
        for (Selection selection : all) {
            List<Object> arguments = new ArrayList<>(List.of("bench"));
            arguments.addAll(selection.what());
            arguments.addAll(List.of("--export-inputs", folder.resolve(selection.name())));
            Cli.run(arguments.toArray()).succeeds();
        }
    }

    @Test
    void aStepThatFailsKeepsNoOtherFromBeingRun() throws IOException, InterruptedException {
        torch("import os; os.abort()");
        Path wrong = home.resolve("golden").resolve(GROUP + ".safetensors");
        byte[] bytes = Files.readAllBytes(wrong);
        // The header goes on telling what is there; the numbers are others.
        for (int i = bytes.length / 2; i < bytes.length; i++) {
            bytes[i] = 0x3f;
        }
        Files.write(wrong, bytes);
        Ended ended = check().run("gpu-check", "--quick", "-o", results, "--steps", "conform,torch,report");
        assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(CHECK_FAILED);
        assertThat(ended.out())
                .contains("0 of 3 steps passed; not: conform, torch; results in " + results)
                .containsPattern("conform +FAILED +\\S+ +01-conform.txt +exit code 1: ")
                .containsPattern("torch +FAILED +\\S+ +02-torch.txt +exit code 134")
                .containsPattern("report +left out +- +there are no two files of rows");
        assertThat(json("summary.json").get("complete").asBoolean()).isFalse();
    }

    @Test
    void whatDoesNotFitIntoTheTimeIsEndedOrLeftOut() throws IOException, InterruptedException {
        torch("import time; time.sleep(100)");
        // Ten seconds are the report's; the others are fewer than a check of the laws is begun with.
        Ended ended = check().run("gpu-check", "--minutes", "0.3", "--quick", "-o", results, "--steps", "verify,torch");
        assertThat(ended.code()).as(ended.out() + ended.err()).isEqualTo(CHECK_FAILED);
        assertThat(ended.out())
                .containsPattern("verify +NO TIME +- +[0-8] s were left")
                .containsPattern("torch +FAILED +\\S+ +02-torch.txt +took longer than [0-8] s");
    }

    @Test
    void withoutTorchTheOthersAreRun() throws IOException, InterruptedException {
        program(tools.resolve("python3"), "#!/bin/sh\nexit 1\n");
        Ended ended = check().run("gpu-check", "--quick", "-o", results, "--steps", "info,torch");
        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        assertThat(ended.out())
                .containsPattern("torch +left out +- +python3 has no torch")
                .contains("1 of 2 steps passed; results in");
    }

    @Test
    void withoutCudaItEndsAtOnceAndSaysWhy() throws IOException, InterruptedException {
        Path text = Files.writeString(folder.resolve("libcuda.so"), "not a library");
        Ended ended =
                new StandInRun(folder, text).property(Home.PROPERTY, home).run("gpu-check", "--quick", "-o", results);
        assertThat(ended.code()).isEqualTo(BACKEND_UNAVAILABLE);
        assertThat(ended.err()).containsPattern("(?m)^isospin: backend cuda is not available: isospin.cuda=" + text);
        assertThat(json("summary.json").get("steps")).hasSize(1);
    }

    @Test
    void wrongUsageIsOneLine() throws IOException {
        Cli.run("gpu-check").fails(USAGE, "--output");
        Cli.run("gpu-check", "-o", results).fails(USAGE, "--golden");
        Cli.run("gpu-check", "-o", results, "--golden", GOLDEN, "--minutes", "0")
                .fails(USAGE, "'0.0' is no time");
        Cli.run("gpu-check", "-o", results, "--golden", GOLDEN, "--steps", "info,banana")
                .fails(USAGE, "no 'banana'", "bench-f32");
        assertThat(results).doesNotExist();
        Files.createDirectories(results);
        Files.writeString(results.resolve("old"), "old");
        Cli.run("gpu-check", "-o", results, "--golden", GOLDEN).fails(USAGE, "is not empty");
    }
}
