package org.isospin.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.isospin.Matrix;
import org.isospin.bench.Cli;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the scripts of peers share with bench: exported operands, rows, the report. PyTorch itself is not needed. */
class PeersTest {
    private static final Path SCRIPTS = Path.of("peers");
    private static final int CHECK_FAILED = 1;

    @TempDir
    Path folder;

    private record Ended(int code, String said) {}

    private static Ended python(Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-B"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    @BeforeAll
    static void needsPython() throws InterruptedException {
        boolean isThere;
        try {
            isThere = python("--version").code() == 0;
        } catch (IOException _) {
            isThere = false;
        }
        assumeTrue(isThere, "there is no python3");
    }

    @Test
    void exportedOperandsAreThoseOfTheSeed() throws IOException {
        Path one = folder.resolve("one");
        String[] what = {"--ops", "procrustes,haar", "--sizes", "5", "--dtypes", "f64,bf16"};
        assertThat(Cli.run("bench", what[0], what[1], what[2], what[3], what[4], what[5], "--export-inputs", one)
                        .succeeds()
                        .out())
                .isEqualTo(one + ": the operands of 2 cases\n");
        JsonNode manifest = JsonMapper.shared().readTree(Files.readString(one.resolve("inputs.json")));
        assertThat(manifest.get("schema").asString()).isEqualTo("isospin.inputs/1");
        assertThat(manifest.get("inputs").get("seed").asInt()).isEqualTo(1);
        assertThat(manifest.get("cases")).as("haar has no operands").hasSize(2);
        assertThat(manifest.get("cases").get(0).get("usefulFlops").asDouble()).isEqualTo(12.0 * 125);
        try (Checkpoint wide = Safetensors.open(one.resolve("procrustes-f64-5.safetensors"));
                Checkpoint half = Safetensors.open(one.resolve("procrustes-bf16-5.safetensors"))) {
            Matrix b = wide.matrix("b").copy();
            Matrix rounded = half.matrix("b").copy();
            for (int i = 0; i < 5; i++) {
                for (int j = 0; j < 5; j++) {
                    // Every type rounds the same operands: half a unit of BF16's eight bits.
                    assertThat(Math.abs(rounded.get(i, j) - b.get(i, j)))
                            .isLessThanOrEqualTo(0x1p-8 * Math.abs(b.get(i, j)));
                }
            }
        }
        Path two = folder.resolve("two");
        Cli.run("bench", what[0], what[1], what[2], what[3], what[4], what[5], "--export-inputs", two)
                .succeeds();
        assertThat(two.resolve("procrustes-f64-5.safetensors"))
                .hasSameBinaryContentAs(one.resolve("procrustes-f64-5.safetensors"));
    }

    @Test
    void rowsOfScriptsAreReadAsThoseOfBench() throws IOException, InterruptedException {
        Path inputs = folder.resolve("inputs");
        String[] what = {"bench", "--ops", "exp,cayley", "--sizes", "4", "--dtypes", "f64", "--quick"};
        List<Object> export = new ArrayList<>(List.of(what));
        export.addAll(List.of("--export-inputs", inputs));
        Cli.run(export.toArray()).succeeds();
        Path peer = folder.resolve("peer.json");
        Ended ended = python(SCRIPTS.resolve("rows_test.py"), inputs, peer);
        assertThat(ended.code()).as(ended.said()).isZero();
        Path mine = folder.resolve("mine.json");
        List<Object> bench = new ArrayList<>(List.of(what));
        bench.addAll(List.of("--backends", "reference", "--json", mine));
        Cli.run(bench.toArray()).succeeds();
        Cli report = Cli.run("report", mine, peer);
        assertThat(report.err()).isEmpty();
        assertThat(report.code()).as("wrong rows").isEqualTo(CHECK_FAILED);
        assertThat(report.out())
                .containsPattern("exp +4  f64   A    reference ")
                .containsPattern("exp +4  f64   B    right +2\\.00 ")
                .containsPattern("cayley +4  f64   B    broken .*FAILED")
                .contains("B: " + peer + ": a fake, ");
    }

    @Test
    void runShCallsBothOnTheSameOperandsAndThenTheReport() throws IOException, InterruptedException {
        Path here = Files.createDirectories(folder.resolve("a bundle/peers"));
        Files.copy(SCRIPTS.resolve("run.sh"), here.resolve("run.sh"));
        Path tools = Files.createDirectory(folder.resolve("tools"));
        Path log = folder.resolve("log");
        program(here.resolveSibling("isospin"), "echo \"isospin $LD_LIBRARY_PATH $*\" >>'" + log + "'");
        program(tools.resolve("python3"), """
                case $2 in
                    "import torch") ;;
                    import*) echo /w/a:/w/b ;;
                    *) shift; echo "python $*" >>'%s' ;;
                esac""".formatted(log));
        ProcessBuilder builder = new ProcessBuilder("sh", here.resolve("run.sh").toString(), "my results", "64", "f64");
        builder.directory(folder.toFile()).inheritIO();
        builder.environment().put("PATH", tools + ":/usr/bin:/bin");
        builder.environment().put("LD_LIBRARY_PATH", "/mine");
        assertThat(builder.start().waitFor()).isZero();
        String what = "--ops msign-kj,exp,cayley,cayley-neumann,procrustes,pion-step --sizes 64 --dtypes f64";
        assertThat(Files.readAllLines(log))
                .containsExactly(
                        "isospin /mine:/w/a:/w/b bench " + what + " --export-inputs my results/inputs",
                        "isospin /mine:/w/a:/w/b bench " + what
                                + " --json my results/isospin.json --html my results/isospin.html",
                        "python --inputs my results/inputs --json my results/torch.json",
                        "isospin /mine:/w/a:/w/b report my results/isospin.json my results/torch.json"
                                + " --html my results/report.html");
    }

    private static void program(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void everyScriptCompiles() throws IOException, InterruptedException {
        try (var files = Files.list(SCRIPTS)) {
            for (Path script :
                    files.filter(f -> f.toString().endsWith(".py")).sorted().toList()) {
                String check = "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())";
                Ended ended = python("-c", check, script);
                assertThat(ended.code()).as(script + ": " + ended.said()).isZero();
            }
        }
        assertThat(new ProcessBuilder("sh", "-n", SCRIPTS.resolve("run.sh").toString())
                        .start()
                        .waitFor())
                .isZero();
    }
}
