package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.isospin.DType;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.properties.Generators;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only a JVM of its own shows: flags that are missing, memory and pipes that end, signals. */
@Timeout(120)
class ForkedRunTest {
    private static final int USAGE = 2;
    private static final int BACKEND_UNAVAILABLE = 3;

    @TempDir
    Path folder;

    private static Process start(List<String> flags, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.isospin.bench.Main"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command).start();
    }

    private static String errorsOf(Process process) throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void withoutTheVectorModuleTheReferenceBackendComputesAndSimdIsUnavailable()
            throws IOException, InterruptedException {
        Process info = start(List.of(), "info", "--json", "-");
        String out = new String(info.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(info.waitFor()).isZero();
        assertThat(out)
                .containsPattern("\"name\" : \"reference\",\\s+\"state\" : \"chosen\"")
                .contains("--add-modules");

        Process forced = start(List.of(), "info", "--backend", "simd");
        assertThat(errorsOf(forced))
                .startsWith("isospin: backend simd is not available: ")
                .contains("--add-modules")
                .hasLineCount(1);
        assertThat(forced.waitFor()).isEqualTo(BACKEND_UNAVAILABLE);
    }

    @Test
    void tooLittleMemoryIsOneLine() throws IOException, InterruptedException {
        Path in = Checkpoints.of(folder.resolve("in"), DType.F32, Generators.gaussian(1500, 1500, 1));
        Path out = folder.resolve("out");
        Process run = start(List.of("-Xmx12m"), "apply", "orthonormalise", in, out);
        assertThat(errorsOf(run))
                .startsWith("isospin: out of memory (")
                .contains("ISOSPIN_JAVA_OPTS")
                .hasLineCount(1);
        assertThat(run.waitFor()).isEqualTo(USAGE);
        assertThat(out).doesNotExist();
    }

    @Test
    void aPipeThatIsClosedIsOneLine() throws IOException, InterruptedException {
        Process run = start(List.of(), "--help");
        run.getInputStream().close();
        assertThat(errorsOf(run)).isEqualTo("isospin: cannot write to standard output: Broken pipe\n");
        assertThat(run.waitFor()).isEqualTo(USAGE);
    }

    @Test
    void aSignalLeavesNoTemporaryFile() throws IOException, InterruptedException {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int i = 0; i < 8; i++) {
            writer.add("w" + i, Generators.gaussian(400, 400, i).to(DType.F32));
        }
        Path in = Checkpoints.write(folder.resolve("in"), writer);
        Path out = Files.writeString(folder.resolve("out"), "old");
        Process run = start(List.of(), "apply", "polar", in, out, "--force");
        while (run.isAlive() && files().size() == 2) {
            Thread.sleep(5);
        }
        run.destroy();
        assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(files()).containsExactlyInAnyOrder(in, out);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }
}
