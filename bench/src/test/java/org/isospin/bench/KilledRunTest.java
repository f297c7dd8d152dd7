package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.peft.AdapterConfig;
import org.isospin.peft.AdapterWriter;
import org.isospin.properties.Generators;
import org.isospin.reparam.OftParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that are killed while they make a model: what they leave is what was there before, or all of the new, or nothing that
 * can be read. A JVM starts for every kill; -Disospin.kills=50 kills more of them.
 */
@Timeout(600)
class KilledRunTest {
    private static final int KILLS = Integer.getInteger("isospin.kills", 5);
    private static final int ORDER = 128;
    private static final int MATRICES = 6;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(1);

    private Path model(String name, int seed) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int i = 0; i < MATRICES; i++) {
            writer.add(
                    "layers." + i + ".weight",
                    Generators.gaussian(ORDER, ORDER, seed + i).to(DType.F32));
        }
        return Checkpoints.write(folder.resolve(name), writer);
    }

    private Path adapter(String name, int seed) throws IOException {
        AdapterConfig config = AdapterConfig.oft(ORDER / 2);
        AdapterWriter writer = new AdapterWriter(config);
        for (int i = 0; i < MATRICES; i++) {
            OftParameters parameters = OftParameters.allocate(config.options(ORDER), DType.F32, 1, ORDER);
            Matrix m = parameters.generators().getFirst();
            Generators.gaussian(m.rows(), m.columns(), seed + i).to(DType.F32).copyTo(m);
            writer.add("layers." + i, parameters, DType.F32);
        }
        Path made = folder.resolve(name);
        writer.write(made);
        return made;
    }

    @Test
    void aModelIsTheOldOneOrTheNewOne() throws IOException, InterruptedException {
        Path out = Files.createDirectory(folder.resolve("out"));
        List<Object> run = List.of(
                "merge",
                "--experts",
                model("a", 1),
                model("b", 100),
                "--base",
                "mean",
                "--method",
                "ties",
                "--force",
                "-o",
                out.resolve("model"));
        killOften(run, out, Map.of("model", "old"), "model");
    }

    @Test
    void anAdapterIsTheOldOneOrTheNewOneOrHasNoConfiguration() throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        List<Object> run =
                List.of("merge-adapters", "--adapters", adapter("a", 1), adapter("b", 100), "--force", "-o", out);
        Map<String, String> old = Map.of("adapter_config.json", "old", "adapter_model.safetensors", "old");
        killOften(run, out, old, "adapter_config.json");
    }

    /**
     * Kills a run at random moments.
     *
     * @param run which writes to a folder
     * @param out the folder
     * @param old what is in it before some of the runs
     * @param key the file without which nobody reads the others
     */
    private void killOften(List<Object> run, Path out, Map<String, String> old, String key)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        assertThat(start(run).waitFor()).isZero();
        long most = System.nanoTime() - start;
        Map<String, String> complete = read(out);
        assertThat(complete).containsKey(key);
        int spared = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            boolean hasOld = kill % 2 == 1;
            clear(out);
            if (hasOld) {
                for (Map.Entry<String, String> file : old.entrySet()) {
                    Files.writeString(Files.createDirectories(out).resolve(file.getKey()), file.getValue());
                }
            }
            Map<String, String> before = read(out);
            Process process = start(run);
            boolean isDone = process.waitFor(random.nextLong(most), TimeUnit.NANOSECONDS);
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            spared += isDone ? 1 : 0;
            Map<String, String> left = read(out);
            if (left.containsKey(key)) {
                assertThat(left).isIn(before, complete);
            } else {
                // Nothing that was there is lost, unless all of the new is there but for the key.
                assertThat(before.isEmpty() || complete.entrySet().containsAll(left.entrySet()))
                        .isTrue();
            }
        }
        assertThat(spared).isLessThan(KILLS);
        // What a killed one left does not trouble the next.
        assertThat(start(run).waitFor()).isZero();
        assertThat(read(out)).isEqualTo(complete);
    }

    private static Process start(List<Object> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.isospin.bench.Main"));
        arguments.forEach(argument -> command.add(argument.toString()));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** {@return the files that people see, by name: temporary ones begin with a dot} */
    private static Map<String, String> read(Path out) throws IOException {
        Map<String, String> found = new TreeMap<>();
        if (Files.exists(out)) {
            try (var files = Files.newDirectoryStream(
                    out, file -> !file.getFileName().toString().startsWith("."))) {
                for (Path file : files) {
                    found.put(file.getFileName().toString(), digest(file));
                }
            }
        }
        return found;
    }

    private static String digest(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static void clear(Path out) throws IOException {
        if (!Files.exists(out)) {
            return;
        }
        try (var files = Files.newDirectoryStream(out)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }
}
