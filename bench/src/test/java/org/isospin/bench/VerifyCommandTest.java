package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class VerifyCommandTest {
    @Test
    void everyLawHoldsAndIsReportedWithItsBound() {
        Cli run = Cli.run("verify", "--backend", "reference", "--seed", 3, "--threads", 1, "--json", "-");
        JsonNode report = run.json();
        assertThat(report.get("schema").asString()).isEqualTo("isospin.verify/1");
        assertThat(report.get("seed").asInt()).isEqualTo(3);
        assertThat(report.get("laws")
                        .valueStream()
                        .map(law -> law.get("operation").asString()))
                .contains("exp", "cayley", "haar", "polar", "procrustes in SO(n)", "singular values");
        assertThat(report.get("laws").valueStream()).allSatisfy(law -> {
            assertThat(law.get("backend").asString()).isEqualTo("reference");
            assertThat(law.get("dtype").asString()).isIn("F64", "F32");
            assertThat(law.get("error").asDouble())
                    .isLessThanOrEqualTo(law.get("bound").asDouble());
            assertThat(law.get("holds").asBoolean()).isTrue();
        });
        run.succeeds();
    }
}
