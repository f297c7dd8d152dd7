package org.isospin.properties.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.checkpoint.CheckpointFormatException;
import org.isospin.checkpoint.SafetensorsWriter;
import org.isospin.checkpoint.TensorType;
import org.isospin.peft.Adapter;
import org.isospin.peft.AdapterConfig;
import org.isospin.peft.AdapterModule;
import org.isospin.peft.AdapterWriter;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;
import org.isospin.reparam.OftMerge;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as PEFT writes them: merged as PEFT merges them, written back, and refused where they mean two things. */
class PeftFilesTest {
    private static final String MODULE = "model.layers.0.self_attn.q_proj";
    private static final String NAME = "base_model.model." + MODULE;
    private static final String OFT = """
            {"peft_type": "OFT", "peft_version": "0.18.1", "r": 0, "oft_block_size": 4, "module_dropout": 0.1,
             "target_modules": ["q_proj", "v_proj"], "bias": "none", "coft": false, "eps": 6e-05,
             "block_share": false, "fan_in_fan_out": false, "use_cayley_neumann": true,
             "num_cayley_neumann_terms": 5, "layers_pattern": null, "rank_pattern": {}, "init_weights": true}
            """;
    private static final String BOFT = """
            {"peft_type": "BOFT", "boft_block_size": 2, "boft_block_num": 0, "boft_n_butterfly_factor": 2,
             "boft_dropout": 0.0, "bias": "none", "target_modules": "q_proj|v_proj"}
            """;

    @TempDir
    Path folder;

    private Path write(String config, SafetensorsWriter tensors) throws IOException {
        Files.writeString(folder.resolve("adapter_config.json"), config);
        tensors.write(folder.resolve("adapter_model.safetensors"));
        return folder;
    }

    private static SafetensorsWriter generators(int blocks, int length) {
        return new SafetensorsWriter()
                .add(
                        NAME + ".oft_R.weight",
                        Generators.gaussian(blocks, length, 1).to(DType.F32));
    }

    private static SafetensorsWriter butterfly(int factors, int blocks, int b, int outputs) {
        float[] a = new float[factors * blocks * b * b];
        for (int i = 0; i < a.length; i++) {
            a[i] = 0.01f * i;
        }
        return new SafetensorsWriter()
                .add(NAME + ".boft_R", TensorType.F32, new long[] {factors, blocks, b, b}, MemorySegment.ofArray(a))
                .add(NAME + ".boft_s", Generators.gaussian(outputs, 1, 2).to(DType.F32));
    }

    private static String config(GoldenCase golden) {
        if (golden.group().equals("peft_oft")) {
            return """
                    {"peft_type": "OFT", "peft_version": "0.18.0", "oft_block_size": %d, "r": 0, "coft": %b, "eps": %s,
                     "block_share": %b, "use_cayley_neumann": %b, "num_cayley_neumann_terms": %d}
                    """.formatted(
                            golden.integer("oft_block_size"),
                            golden.truth("coft"),
                            golden.number("coft_eps"),
                            golden.truth("block_share"),
                            golden.truth("use_cayley_neumann"),
                            golden.integer("num_cayley_neumann_terms"));
        }
        return """
                {"peft_type": "BOFT", "boft_block_size": %d, "boft_block_num": 0, "boft_n_butterfly_factor": %d}
                """.formatted(golden.integer("boft_block_size"), golden.integer("boft_n_butterfly_factor"));
    }

    private static SafetensorsWriter tensors(GoldenCase golden) {
        SafetensorsWriter writer = new SafetensorsWriter();
        if (golden.group().equals("peft_oft")) {
            return writer.add(NAME + ".oft_R.weight", golden.input("v", GoldenMode.F64));
        }
        int b = golden.integer("boft_block_size");
        int m = golden.integer("boft_n_butterfly_factor");
        Matrix a = golden.input("boft_R", GoldenMode.F64);
        long[] shape = {m, a.rows() / b / m, b, b};
        return writer.add(NAME + ".boft_R", TensorType.F64, shape, a.segment())
                .add(NAME + ".boft_s", golden.input("boft_s", GoldenMode.F64));
    }

    @ParameterizedTest
    @ValueSource(strings = {"peft_oft", "peft_boft"})
    void publishedAdaptersMergeAndUnmergeFromFiles(String name) throws Exception {
        try (Isospin iso = Isospin.auto();
                GoldenGroup group = GoldenFolder.open(GoldenFiles.folder()).group(name)) {
            for (GoldenCase golden : group.cases()) {
                Matrix w = golden.input("W", GoldenMode.F64);
                Matrix merged = Generators.garbage(Matrix.allocate(DType.F64, w.rows(), w.columns()));
                try (Adapter adapter = Adapter.open(write(config(golden), tensors(golden)))) {
                    AdapterModule module =
                            Objects.requireNonNull(adapter.modules().get(MODULE));
                    OftParameters parameters = module.parameters();
                    OftMerge.merge(iso, module.options(), parameters, w, merged);
                    assertClose(golden, "W_merged", merged);
                    OftMerge.unmerge(iso, module.options(), parameters, merged, merged);
                    // The tolerance of F32 for OFT, whose published values were unmerged in F32.
                    assertClose(golden, "W_unmerged", merged);
                    OftOptions made = adapter.config().options(w.columns());
                    assertThat(made.toString())
                            .as(golden.id())
                            .isEqualTo(module.options().toString());
                }
            }
        }
    }

    private static void assertClose(GoldenCase golden, String quantity, Matrix found) {
        GoldenQuantity wanted = golden.quantity(quantity);
        Dense difference = Dense.of(found).plus(-1, Dense.of(wanted.expected(GoldenMode.F64)));
        boolean isRounded = golden.group().equals("peft_oft") && quantity.equals("W_unmerged");
        assertThat(difference.max())
                .as(golden.id())
                .isLessThanOrEqualTo(wanted.tolerance(isRounded ? GoldenMode.F32 : GoldenMode.F64));
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void whatIsWrittenIsReadAgain(DType dtype) throws IOException {
        for (AdapterConfig config : List.of(
                AdapterConfig.oft(8).with("target_modules", List.of("q_proj")),
                AdapterConfig.oft(8).with("use_cayley_neumann", false),
                AdapterConfig.oft(4)
                        .with("block_share", true)
                        .with("coft", true)
                        .with("eps", 1e-3),
                AdapterConfig.oft(1),
                AdapterConfig.boft(4, 2))) {
            OftOptions options = config.options(24);
            OftParameters parameters = OftParameters.allocate(options, DType.F64, 6, 24);
            for (Matrix m : parameters.matrices()) {
                // In the type, so that nothing is rounded.
                Generators.gaussian(m.rows(), m.columns(), 5).to(dtype).copyTo(m);
            }
            new AdapterWriter(config).add(MODULE, parameters, dtype).write(folder);
            try (Adapter adapter = Adapter.open(folder)) {
                assertThat(adapter.config().values()).isEqualTo(config.values());
                AdapterModule module = Objects.requireNonNull(adapter.modules().get(MODULE));
                assertThat(module.dtype()).isEqualTo(dtype);
                assertThat(module.options().toString()).isEqualTo(options.toString());
                List<Matrix> read = module.parameters().matrices();
                for (int i = 0; i < read.size(); i++) {
                    Dense written = Dense.of(parameters.matrices().get(i));
                    assertThat(Dense.of(read.get(i)).hasBitsOf(written)).isTrue();
                }
            }
        }
    }

    @Test
    void keysThatAreNotKnownAreKept() throws IOException {
        AdapterConfig config = AdapterConfig.read(Files.writeString(
                folder.resolve("a.json"), OFT.replace("}\n", ", \"x\": [1, -2.5e3, {\"y\": null}]}")));
        config.write(folder.resolve("b.json"));
        AdapterConfig again = AdapterConfig.read(folder.resolve("b.json"));
        assertThat(again.values()).isEqualTo(config.values());
        assertThat(List.copyOf(again.values().keySet()))
                .isEqualTo(List.copyOf(config.values().keySet()));
        assertThat(again.values().get("x")).hasToString("[1, -2500.0, {y=null}]");
        assertThat(again.targetModules()).containsExactly("q_proj", "v_proj");
        assertThat(again.hasRotationsOf(config)).isTrue();
        assertThat(again.hasRotationsOf(config.with("use_cayley_neumann", false)))
                .isFalse();
        assertThat(again.hasRotationsOf(config.with("module_dropout", 0.5))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"oft_block_size\": 4,;;oft_block_size: is missing;PEFT 0.13",
                "\"use_cayley_neumann\": true,;;use_cayley_neumann: is missing;the inverse",
                "\"peft_version\": \"0.18.1\",;;peft_version: is missing;merged wrongly",
                "0.18.1;0.17.1;peft_version: is 0.17.1;Neumann series",
                "0.18.1;0.18.0.dev0;is 0.18.0.dev0;Neumann series",
                "0.18.1;0.18.0rc1;is 0.18.0rc1;Neumann series",
                "0.18.1;eighteen;is eighteen;Neumann series",
                "\"OFT\";\"LORA\";peft_type: is LORA;OFT and BOFT",
                "\"r\": 0;\"r\": 2;oft_block_size: is 4 and r is 2;exactly one",
                "terms\": 5;terms\": 0;num_cayley_neumann_terms;1 or more",
                "\"coft\": false;\"coft\": 0;coft: is 0;true or false",
                "\"r\": 0;\"r\": -1;r: is -1;integer >= 0",
                "6e-05;[];eps: is [];a number",
                "\"r\": 0;\"r\": 0, \"r\": 0;appears twice;\"r\"",
                "\"coft\": false,;\"coft\": flase,;expected false;found 'f'",
                "6e-05;6e-;expected a number;found '6'",
                "\"oft_block_size\": 4;\"oft_block_size\": 8;blocks of 4;means 8 for 16 inputs"
            })
    void whatMeansTwoThingsIsRefused(String found, String replaced, String rule, String reason) {
        String text = OFT.replace(found, replaced == null ? "" : replaced);
        assertThat(text).isNotEqualTo(OFT);
        assertThatThrownBy(() -> Adapter.open(write(text, generators(4, 6))))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContaining(rule)
                .hasMessageContaining(reason);
    }

    @Test
    void newerVersionsAndExactTransformsOfAnyVersionAreRead() throws IOException {
        for (String version : new String[] {"0.18.0", "0.18.0.post1", "0.18", "0.19.1", "1.0.0.dev0"}) {
            Adapter.open(write(OFT.replace("0.18.1", version), generators(4, 6)))
                    .close();
        }
        String exact = OFT.replace("neumann\": true", "neumann\": false").replace("\"peft_version\": \"0.18.1\",", "");
        Adapter.open(write(exact, generators(4, 6))).close();
    }

    @Test
    void blocksThatDoNotDivideAreAdjustedAsPeftDoes() throws IOException {
        // Of 12 inputs: 3 for 4 blocks asked as r = 4; 4 is as near to 5 as 6 is, and lower; 8 is nearer to 6 than to
        // 12.
        int[][] wanted = {{4, 12, 4}, {5, 12, 4}, {8, 12, 6}, {32, 12, 12}, {7, 11, 11}, {3, 11, 1}};
        for (int[] w : wanted) {
            assertThat(AdapterConfig.oft(w[0]).options(w[1]).blockSize()).isEqualTo(w[2]);
        }
        String byCount = OFT.replace("\"r\": 0", "\"r\": 5").replace("block_size\": 4", "block_size\": 0");
        try (Adapter adapter = Adapter.open(write(byCount, generators(4, 3)))) {
            assertThat(adapter.config().options(12).blockSize()).isEqualTo(3);
            assertThat(Objects.requireNonNull(adapter.modules().get(MODULE)).inputs())
                    .isEqualTo(12);
        }
    }

    @Test
    void tensorsThatDoNotFitAreRefused() throws IOException {
        refused(OFT, generators(4, 7), "b(b - 1)/2 = 7");
        refused(OFT, new SafetensorsWriter().add("x.weight", Matrix.allocate(DType.F32, 2, 2)), "no tensor of OFT");
        refused(OFT.replace("share\": false", "share\": true"), generators(4, 6), "share a generator");
        for (String alien : new String[] {"oft_r", "oft_embedding_R.weight", "dora_scale", "lora_A.weight", "boft_R"}) {
            refused(
                    OFT,
                    generators(4, 6).add(NAME + "." + alien, Matrix.allocate(DType.F32, 2, 2)),
                    NAME + "." + alien);
        }
        refused(
                OFT,
                generators(4, 6).add(NAME + ".oft_R", Matrix.allocate(DType.F32, 4, 6)),
                "is the second of module");
        refused(BOFT, butterfly(3, 4, 2, 5), "boft_n_butterfly_factor 2");
        refused(BOFT, butterfly(2, 2, 4, 5), "means blocks of 2 for 8 inputs");
        refused(BOFT, generators(4, 6), "is not known to be a part of BOFT");
        Files.writeString(folder.resolve("adapter_config.json"), OFT);
        Files.delete(folder.resolve("adapter_model.safetensors"));
        Files.createFile(folder.resolve("adapter_model.bin"));
        assertThatThrownBy(() -> Adapter.open(folder)).hasMessageContaining("save the adapter as safetensors");
    }

    private void refused(String config, SafetensorsWriter tensors, String reason) throws IOException {
        write(config, tensors);
        assertThatThrownBy(() -> Adapter.open(folder))
                .isInstanceOf(CheckpointFormatException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void oneFactorIsReadWhereTheExtensionOfPeftWasMissing() throws IOException {
        try (Adapter adapter = Adapter.open(write(BOFT, butterfly(1, 4, 2, 5)))) {
            OftOptions options =
                    Objects.requireNonNull(adapter.modules().get(MODULE)).options();
            assertThat(options.factors()).isEqualTo(1);
        }
    }

    @Test
    void whatIsNoRotationReplacesTensorsOfTheBase() throws IOException {
        SafetensorsWriter tensors = generators(4, 6)
                .add(NAME + ".base_layer.bias", Matrix.allocate(DType.F32, 1, 3))
                .add("base_model.model.score.modules_to_save.weight", Matrix.allocate(DType.F32, 2, 3));
        try (Adapter adapter = Adapter.open(write(OFT, tensors))) {
            assertThat(adapter.modules()).containsOnlyKeys(MODULE);
            assertThat(adapter.replacements()).containsOnlyKeys(MODULE + ".bias", "score.weight");
        }
    }

    @Test
    void whatPeftHasNoFormForIsNotWritten() {
        OftParameters withRest = OftParameters.allocate(OftOptions.DEFAULT.withBlocks(4, 1), DType.F64, 1, 10);
        assertThatThrownBy(() -> new AdapterWriter(AdapterConfig.oft(4)).add(MODULE, withRest, DType.F32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("blocks must divide the inputs");
        assertThatThrownBy(() -> AdapterConfig.oft(4).with("use_cayley_neumann", "yes"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("true or false");
    }
}
