package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class InfoCommandTest {
    @TempDir
    Path folder;

    @Test
    void tellsBackendsMachineAndPeers() {
        assertThat(Cli.run("info").succeeds().out())
                .contains("reference", "simd", "cuda", "chosen", "unavailable")
                .contains("processor", "JDK", "OpenBLAS", "CUDA", "FMA peak F32", "FMA peak F64");
    }

    @Test
    void theBackendThatWasAskedForIsChosen() {
        JsonNode report = Cli.run("info", "--backend", "Reference", "--threads", 3, "--json", "-")
                .succeeds()
                .json();
        assertThat(report.get("chosen").get("name").asString()).isEqualTo("reference");
        assertThat(report.get("chosen").get("threads").asInt()).isEqualTo(3);
        assertThat(report.get("backends").valueStream())
                .filteredOn(b -> b.get("state").asString().equals("chosen"))
                .singleElement()
                .satisfies(b -> assertThat(b.get("name").asString()).isEqualTo("reference"));
        assertThat(report.get("backends").valueStream())
                .filteredOn(b -> b.get("state").asString().equals("unavailable"))
                .allSatisfy(b -> assertThat(b.get("reason").asString()).isNotBlank());
    }

    @Test
    void aReportHasASchemaAndAnEnvironment() {
        JsonNode report = Cli.run("info", "--json", "-").succeeds().json();
        assertThat(report.get("schema").asString()).isEqualTo("isospin.info/1");
        JsonNode environment = report.get("environment");
        assertThat(environment.get("isospin").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(environment.get("date").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(environment.get("processors").asInt()).isPositive();
        for (String key : new String[] {"jdk", "os", "cpu"}) {
            assertThat(environment.get(key).asString()).isNotBlank();
        }
    }

    @Test
    void aJsonFileStandsBesideTheTable() throws IOException {
        Path file = Files.writeString(folder.resolve("info.json"), "old");
        assertThat(Cli.run("info", "--json", file).succeeds().out()).startsWith("backend");
        JsonNode report = JsonMapper.shared().readTree(Files.readString(file));
        assertThat(report.get("schema").asString()).isEqualTo("isospin.info/1");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
