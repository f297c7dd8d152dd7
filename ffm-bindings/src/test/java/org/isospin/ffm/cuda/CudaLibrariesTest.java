package org.isospin.ffm.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loader against machines without CUDA, hostile settings, and a stand-in that answers like a driver. */
class CudaLibrariesTest {
    /** The few functions that the status asks for; the answers are compiled in. */
    private static final String STAND_IN = """
            #include <string.h>
            int cudaGetDeviceCount(int *count) { if (STATUS == 0) *count = DEVICES; return STATUS; }
            int cudaDriverGetVersion(int *version) { *version = DRIVER; return 0; }
            int cudaRuntimeGetVersion(int *version) { *version = 12040; return 0; }
            int cuInit(unsigned flags) { return flags == 0 ? 0 : 1; }
            int cuDeviceGetName(char *name, int length, int device) {
                strncpy(name, device == 0 ? "Stand-in A" : "Stand-in B", length);
                return 0;
            }
            """;

    /** Prints the status of a fresh JVM: it is asked only once in each. */
    static final class Ask {
        private Ask() {}

        public static void main(String[] arguments) {
            System.out.println(CudaStatus.get());
        }
    }

    private static String ask(String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        // The module under test and its patch are not on the class path of a test JVM: both folders are given here.
        command.add("-cp");
        command.add(Path.of("target", "classes") + ":" + Path.of("target", "test-classes"));
        command.add(Ask.class.getName());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream output = process.getInputStream()) {
            String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return text.strip();
        }
    }

    private static Path standIn(Path folder, int status, int devices, int driver)
            throws IOException, InterruptedException {
        boolean hasCompiler = Files.isExecutable(Path.of("/usr/bin/gcc"));
        if (System.getenv("ISOSPIN_REQUIRE_ALL") == null) {
            assumeTrue(hasCompiler, "gcc is not installed: the stand-in of the CUDA driver is skipped");
        }
        Path source = folder.resolve("standin.c");
        Path library = folder.resolve("libstandin.so");
        Files.writeString(source, STAND_IN);
        Process gcc = new ProcessBuilder(
                        "gcc",
                        "-O1",
                        "-fPIC",
                        "-shared",
                        "-DSTATUS=" + status,
                        "-DDEVICES=" + devices,
                        "-DDRIVER=" + driver,
                        source.toString(),
                        "-o",
                        library.toString())
                .inheritIO()
                .start();
        assertThat(gcc.waitFor()).isZero();
        return library;
    }

    private static final String GRANT = "--enable-native-access=ALL-UNNAMED";

    @Test
    void withoutNativeAccessTheReasonSaysWhatToAddAndNothingIsCalled() throws Exception {
        assertThat(ask("--illegal-native-access=deny"))
                .isEqualTo(
                        "CudaStatus[isUsable=false, devices=[], driver=, runtime=, origin=, reason=native access is not granted:"
                                + " add --enable-native-access=ALL-UNNAMED to the java command]");
    }

    @Test
    void aFileThatIsNoLibraryIsNamedWithTheLinkersReason(@TempDir Path folder) {
        Path text = folder.resolve("libfake.so");
        CudaLibraries.Loaded missing = CudaLibraries.load(text.toString(), Map.of());
        assertThat(missing.reason()).contains("isospin.cuda=" + text).contains("No such file");
        assertThat(missing.libraries()).isEmpty();
    }

    @Test
    void anEmptyFolderHasNoLibraries(@TempDir Path folder) {
        CudaLibraries.Loaded loaded = CudaLibraries.load(folder.toString(), Map.of());
        assertThat(loaded.reason()).startsWith("no CUDA 13 or 12 libraries were found (");
    }

    @Test
    void aTextFileIsNoLibrary(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("libcuda.so.1"), "not an ELF file\n".repeat(100));
        assertThat(CudaLibraries.load(text.toString(), Map.of()).reason()).contains("invalid ELF header");
    }

    @Test
    void devicesOfAStandInAreNamed(@TempDir Path folder) throws Exception {
        Path library = standIn(folder, 0, 2, 13000);
        assertThat(ask(GRANT, "-Disospin.cuda=" + library))
                .isEqualTo(
                        "CudaStatus[isUsable=true, devices=[Stand-in A, Stand-in B], driver=13.0, runtime=12.4, origin="
                                + library + ", reason=]");
    }

    @Test
    void aMissingDriverAnOldOneAndNoDeviceAreToldApart(@TempDir Path folder) throws Exception {
        assertThat(ask(GRANT, "-Disospin.cuda=" + standIn(folder, 35, 7, 0)))
                .contains("isUsable=false")
                .contains("no NVIDIA driver is installed");
        assertThat(ask(GRANT, "-Disospin.cuda=" + standIn(folder, 35, 7, 12000)))
                .contains("the NVIDIA driver, of CUDA 12.0, is too old for the CUDA runtime 12.4");
        assertThat(ask(GRANT, "-Disospin.cuda=" + standIn(folder, 100, 7, 13000)))
                .contains("CUDA sees no device");
        assertThat(ask(GRANT, "-Disospin.cuda=" + standIn(folder, 0, 0, 13000))).contains("CUDA sees no device");
        assertThat(ask(GRANT, "-Disospin.cuda=" + standIn(folder, 2, 0, 13000))).contains("failed with status 2");
    }

    @Test
    void aLibraryWithoutTheFunctionsIsAReasonAndNoError(@TempDir Path folder) throws Exception {
        Path library = standIn(folder, 0, 1, 13000);
        Files.writeString(folder.resolve("standin.c"), "int unrelated(void) { return 0; }");
        assertThat(new ProcessBuilder(
                                "gcc",
                                "-fPIC",
                                "-shared",
                                folder.resolve("standin.c").toString(),
                                "-o",
                                library.toString())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(ask(GRANT, "-Disospin.cuda=" + library))
                .contains("isUsable=false")
                .contains("lack a function: ")
                .doesNotContain("null");
    }

    /** Copies the stand-in to a name. */
    private static void put(Path library, Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        Files.copy(library, folder.resolve(name));
    }

    @Test
    void pythonPackagesAreAPlaceForEitherGeneration(@TempDir Path folder) throws Exception {
        Path library = standIn(folder, 0, 1, 13000);
        Path old = folder.resolve("old/lib/python3.9/site-packages/nvidia");
        put(library, old.resolve("cuda_runtime/lib"), "libcudart.so.12");
        put(library, old.resolve("cublas/lib"), "libcublas.so.12");
        put(library, old.resolve("cusolver/lib"), "libcusolver.so.11");
        assertThat(loadFrom(folder.resolve("old")).origin()).isEqualTo("CUDA 12 from " + old);

        Path recent = folder.resolve("new/lib/python3.10/site-packages/nvidia");
        put(library, folder.resolve("new/lib/python3.9/site-packages/nvidia/cu13/lib"), "libcudart.so.13");
        put(library, recent.resolve("cu13/lib"), "libcudart.so.13");
        put(library, recent.resolve("cu13/lib"), "libcublas.so.13");
        put(library, recent.resolve("cu13/lib"), "libcusolver.so.12");
        assertThat(loadFrom(folder.resolve("new")).origin()).isEqualTo("CUDA 13 from " + recent);
        assertThat(CudaLibraries.load(recent.getParent().toString(), Map.of()).origin())
                .isEqualTo("CUDA 13 from " + recent);
    }

    /** {@return what the packages of a Python environment give, whatever this machine has elsewhere} */
    private static CudaLibraries.Loaded loadFrom(Path environment) {
        return CudaLibraries.load(CudaFolders.of(null, Map.of("VIRTUAL_ENV", environment.toString())).stream()
                .filter(place -> place.origin().startsWith(environment.toString()))
                .toList());
    }

    @Test
    void generationsAreNeverMixed(@TempDir Path folder) throws Exception {
        Path library = standIn(folder, 0, 1, 13000);
        Path mixed = folder.resolve("mixed");
        put(library, mixed, "libcudart.so.13");
        put(library, mixed, "libcublas.so.12");
        put(library, mixed, "libcusolver.so.11");
        CudaLibraries.Loaded loaded = CudaLibraries.load(mixed.toString(), Map.of());
        assertThat(loaded.libraries()).isEmpty();
        assertThat(loaded.reason()).contains(mixed.resolve("libcublas.so.13").toString());
    }
}
