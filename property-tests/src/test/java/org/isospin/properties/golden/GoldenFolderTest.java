package org.isospin.properties.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.checkpoint.CheckpointFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoldenFolderTest {
    @TempDir
    Path folder;

    @Test
    void listsGroupsSorted() throws Exception {
        assertThat(GoldenFolder.open(GoldenFiles.folder()).groups()).isSorted().containsAll(GoldenRunner.implemented());
        assertThat(GoldenFolder.open(folder).groups()).isEmpty();
    }

    @Test
    void rejectsWhatIsNoFolder() throws Exception {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> GoldenFolder.open(folder.resolve("absent")));
        Path file = Files.createFile(folder.resolve("file"));
        assertThatExceptionOfType(NotDirectoryException.class).isThrownBy(() -> GoldenFolder.open(file));
    }

    @Test
    void namesTheGroupsThereAreWhereOneIsUnknown() throws Exception {
        GoldenFolder golden = GoldenFolder.open(GoldenFiles.folder());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> golden.group("cayly"))
                .withMessageContaining("no group 'cayly'")
                .withMessageContaining("adamw_ref, bf16_numeric, cayley, ");
    }

    @Test
    void readsInputsInEveryMode() throws Exception {
        try (GoldenGroup group = GoldenFolder.open(GoldenFiles.folder()).group("bf16_numeric")) {
            GoldenCase product = group.cases().get(3);
            assertThat(product.id()).isEqualTo("bf16_numeric/matmul_8x8x8");
            assertThat(product.modes()).containsExactly(GoldenMode.values());
            assertThat(product.inputs()).containsExactly("A", "B");
            Matrix narrow = product.input("A", GoldenMode.F32);
            assertThat(narrow.dtype()).isEqualTo(DType.F32);
            Matrix wide = product.input("A", GoldenMode.F64);
            assertThat(wide.dtype()).isEqualTo(DType.F64);
            assertThat(wide.get(3, 5)).isEqualTo(narrow.get(3, 5));
            assertThat(product.input("A", GoldenMode.NATIVE).dtype()).isEqualTo(DType.BF16);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> product.input("X", GoldenMode.F64))
                    .withMessageContaining("no input X, only [A, B]");

            GoldenCase conversion = group.cases().get(0);
            assertThat(conversion.modes()).containsExactly(GoldenMode.NATIVE);
            assertThat(conversion.input("x", GoldenMode.NATIVE).dtype()).isEqualTo(DType.F32);
            assertThat(conversion.quantities(GoldenMode.F64)).isEmpty();
        }
    }

    @Test
    void f32IsComparedWithF64WhereThereIsNoOther() throws Exception {
        try (GoldenGroup group = GoldenFolder.open(GoldenFiles.folder()).group("cayley")) {
            GoldenQuantity quantity = group.cases().get(0).quantities().get(0);
            assertThat(quantity.expected(GoldenMode.F32).dtype()).isEqualTo(DType.F64);
            assertThat(quantity.tolerance(GoldenMode.F32)).isEqualTo(7.7e-6);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> quantity.tolerance(GoldenMode.NATIVE))
                    .withMessage("cayley is not compared in native");
        }
    }

    @Test
    void readsSettings() throws Exception {
        try (GoldenGroup group = GoldenFolder.open(GoldenFiles.folder()).group("polar_express")) {
            GoldenCase iteration = group.cases().get(5);
            assertThat(iteration.integer("steps")).isEqualTo(5);
            assertThat(iteration.number("norm_factor")).isEqualTo(1.01);
            assertThat(iteration.table("coefficients")).hasDimensions(10, 3);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> iteration.integer("norm_factor"))
                    .withMessageContaining("setting norm_factor is not a whole number but 1.01");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> iteration.number("absent"))
                    .withMessageContaining("setting absent is not a number but null");
            assertThatIllegalArgumentException().isThrownBy(() -> iteration.table("steps"));
            assertThat(iteration.settings()).contains("steps", "eps");
            assertThat(iteration.text("coefficients_from")).startsWith("optimal_composition");
            assertThatIllegalArgumentException().isThrownBy(() -> iteration.text("steps"));
        }
    }

    @Test
    void stacksMoreThanTwoDimensions() throws Exception {
        try (GoldenGroup group = GoldenFolder.open(GoldenFiles.folder()).group("newton_schulz_sets")) {
            GoldenCase batched = group.cases().stream()
                    .filter(golden -> golden.name().equals("simple_5_batched_2x6x4"))
                    .findFirst()
                    .orElseThrow();
            Matrix stacked = batched.input("G", GoldenMode.F32);
            assertThat(stacked.rows()).isEqualTo(12);
            assertThat(stacked.columns()).isEqualTo(4);
            assertThat(batched.rows("G")).isEqualTo(6);
        }
    }

    /** Each replacement breaks one rule; the message names the manifest, the place and the rule. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "convert_ties/in/x | absent | convert_ties/x: tensor \"absent\" is missing from the file",
                "\"dtype\": \"F32\" | \"dtype\": \"F99\" | convert_random_bits/x: dtype is \"F99\", the tensor's is F32",
                "\"name\": \"convert_ties\" | \"name\": \"convert_normal\" | convert_normal: two cases have this name",
                "\"group\": \"bf16_numeric\" | \"group\": \"bf16\" | manifest: group is \"bf16\", not the file's name",
                "\"file\": \"bf16_numeric.safetensors\" | \"file\": \"../x\" | manifest: file \"../x\" is not a name in",
                "\"native\": 0.054 | \"native\": \"0.054\" | matmul_8x8x8/C: tolerance \"0.054\" is not a number of at",
                "\"native\": 0.054 | \"native\": -1 | matmul_8x8x8/C: tolerance -1 is not a number of at least 0",
                "\"native\": 0.054 | \"f16\": 0.054 | matmul_8x8x8/C: no mode is named 'f16'; there is f64, f32, native",
                "\"native\": \"matmul_8x8x8/native/C\" | \"other\": 0 | matmul_8x8x8/C: native is missing",
                "\"cases\" | \"kases\" | manifest: cases is missing",
                "\"cases\": [ | \"cases\": [7, | case 0: name is missing",
                "\"hyperparameters\": {} | \"hyperparameters\": 7 | matmul_8x8x8: hyperparameters is not an object",
                "\"name\": \"convert_ties\" | \"name\": 7 | case 1: name is not a string",
                "\"about\" | \"file\" | line 5, column 8: Duplicate",
            })
    void namesFilePlaceAndRule(String text, String replacement, String message) throws Exception {
        GoldenFolder golden = Scratch.copy(folder, "bf16_numeric", text, replacement);
        assertThatExceptionOfType(GoldenFormatException.class)
                .isThrownBy(() -> golden.group("bf16_numeric"))
                .withMessageContaining("bf16_numeric.json: " + message);
    }

    @Test
    void rejectsAShapeThatDiffersFromTheTensor() throws Exception {
        Scratch.copyTensors(folder, "bf16_numeric");
        GoldenFolder golden = Scratch.write(folder, "bf16_numeric", """
                {"name": "c", "hyperparameters": {}, "expected": {},
                 "inputs": {"x": {"tensor": "convert_ties/in/x", "dtype": "F32", "shape": [14]}}}""");
        assertThatExceptionOfType(GoldenFormatException.class)
                .isThrownBy(() -> golden.group("bf16_numeric"))
                .withMessageContaining("c/x: shape [14] differs from that of tensor convert_ties/in/x F32 [13]");
    }

    @Test
    void rejectsWhatIsNotJson() throws Exception {
        Files.writeString(folder.resolve("g.json"), "{\"group\": \"g\"");
        assertThatExceptionOfType(GoldenFormatException.class)
                .isThrownBy(() -> GoldenFolder.open(folder).group("g"))
                .withMessageContaining("g.json: line 1");
        Files.writeString(folder.resolve("g.json"), "{} {}");
        assertThatExceptionOfType(GoldenFormatException.class)
                .isThrownBy(() -> GoldenFolder.open(folder).group("g"));
        Files.writeString(folder.resolve("g.json"), "");
        assertThatExceptionOfType(GoldenFormatException.class)
                .isThrownBy(() -> GoldenFolder.open(folder).group("g"));
    }

    @Test
    void namesAMissingOrTruncatedFileOfTensors() throws Exception {
        Files.copy(GoldenFiles.folder().resolve("cayley.json"), folder.resolve("cayley.json"));
        GoldenFolder golden = GoldenFolder.open(folder);
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> golden.group("cayley"));
        byte[] whole = Files.readAllBytes(GoldenFiles.folder().resolve("cayley.safetensors"));
        Files.write(folder.resolve("cayley.safetensors"), java.util.Arrays.copyOf(whole, whole.length - 8));
        assertThatExceptionOfType(CheckpointFormatException.class).isThrownBy(() -> golden.group("cayley"));
    }
}
