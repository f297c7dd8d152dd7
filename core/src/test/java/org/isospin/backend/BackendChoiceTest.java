package org.isospin.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackendChoiceTest {
    private static BackendChoice property(String value) {
        Properties properties = new Properties();
        properties.setProperty(BackendChoice.PROPERTY, value);
        return BackendChoice.of(properties, Map.of(BackendChoice.VARIABLE, "reference"));
    }

    @Test
    void nothingIsAuto() {
        BackendChoice choice = BackendChoice.of(new Properties(), Map.of());
        assertThat(choice.wanted()).isEqualTo("auto");
        assertThat(choice.isNamed()).isFalse();
        assertThat(choice.forbids("cuda", Place.DEVICE)).isFalse();
        assertThat(property("").isNamed()).isFalse();
        assertThat(property("AUTO").isNamed()).isFalse();
    }

    @Test
    void thePropertyComesBeforeTheVariable() {
        assertThat(BackendChoice.of(new Properties(), Map.of(BackendChoice.VARIABLE, "reference")))
                .isEqualTo(new BackendChoice("reference", Set.of(), "ISOSPIN_BACKEND=reference"));
        assertThat(property("Cuda")).isEqualTo(new BackendChoice("cuda", Set.of(), "isospin.backend=Cuda"));
        assertThat(property("cuda").isNamed()).isTrue();
    }

    @Test
    void theCpuIsNoBackendButForbidsDevices() {
        assertThat(property("cpu").isNamed()).isFalse();
        assertThat(property("cpu").forbids("cuda", Place.DEVICE)).isTrue();
        assertThat(property("cpu").forbids("simd", Place.HOST)).isFalse();
    }

    @Test
    void namesAfterAMinusAreForbidden() {
        BackendChoice choice = property("-cuda, -SIMD");
        assertThat(choice.forbidden()).containsExactlyInAnyOrder("cuda", "simd");
        assertThat(choice.forbids("cuda", Place.DEVICE)).isTrue();
        assertThat(choice.forbids("reference", Place.HOST)).isFalse();
        assertThat(property("cpu,-simd").forbids("simd", Place.HOST)).isTrue();
    }

    @Test
    void whatMakesNoSenseIsRefusedWithWhatWasSet() {
        assertThatThrownBy(() -> property("cuda,simd"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("isospin.backend=cuda,simd: one backend can be wanted, not 2");
        assertThatThrownBy(() -> property("cuda,-cuda")).hasMessageContaining("cuda is wanted and forbidden");
        assertThatThrownBy(() -> property("-abacus").requireKnown(List.of("simd", "reference")))
                .hasMessage("isospin.backend=-abacus: no backend is named 'abacus'; there is simd, reference");
        assertThatThrownBy(() -> property("abacus").requireKnown(List.of("simd")))
                .hasMessage("isospin.backend=abacus: no backend is named 'abacus'; there is simd");
        assertThatThrownBy(() -> property("-").requireKnown(List.of("simd"))).hasMessageContaining("''");
    }
}
