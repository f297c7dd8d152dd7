package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.isospin.BackendUnavailableException;
import org.isospin.backend.Availability;
import org.isospin.backend.Backend;
import org.isospin.backend.Discovery;
import org.isospin.backend.Place;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class SimdProviderTest {
    private static final String VECTORS = ForkedJvm.VECTORS;

    /** {@return what {@link Report} prints on the class path of a JVM with some options} */
    private static List<String> report(String... options) throws Exception {
        return ForkedJvm.run(Report.class, List.of(options), List.of());
    }

    private static void assertRejected(List<String> report, String reason) {
        assertThat(report).hasSize(2);
        assertThat(report.get(0)).isEqualTo(reason);
        assertThat(report.get(1)).startsWith("reference ");
    }

    @Test
    void isAvailableHereOrTellsWhy() {
        Availability availability = new SimdProvider().availability();
        if (!availability.isAvailable()) {
            assertThat(System.getenv("ISOSPIN_REQUIRE_ALL"))
                    .as("ISOSPIN_REQUIRE_ALL is set, but simd is not available: %s", availability.reason())
                    .isNull();
            Assumptions.abort("simd is not available: " + availability.reason());
        }
        try (Backend backend = Discovery.find().named("simd")) {
            assertThat(backend.name()).isEqualTo("simd");
            assertThat(backend.describe()).containsKeys("threads at most", "arithmetic", "vectors");
            assertThat(backend.describe().get("vectors")).startsWith(VectorWidth.BITS + " bits");
        }
    }

    @Test
    void ranksAboveTheReference() {
        SimdProvider provider = new SimdProvider();
        assertThat(provider.name()).isEqualTo("simd");
        assertThat(provider.priority()).isEqualTo(50);
        assertThat(provider.place()).isEqualTo(Place.HOST);
    }

    @Test
    void aClassPathWithTheModuleGetsVectors() throws Exception {
        Assumptions.assumeTrue(new SimdProvider().availability().isAvailable());
        List<String> report = report(VECTORS);
        assertThat(report.get(0)).isEqualTo("available");
        assertThat(report.get(1)).startsWith("simd ");
    }

    @Test
    void aClassPathWithoutTheModuleGetsASentence() throws Exception {
        assertRejected(
                report(),
                "the module jdk.incubator.vector is not in the boot layer; add --add-modules jdk.incubator.vector");
    }

    @Test
    void jvmsWithoutC2AreRejected() throws Exception {
        assertRejected(
                report(VECTORS, "-Xint"),
                "this JVM only interprets, and interpreted vectors are slower than none: remove -Xint");
        assertRejected(
                report(VECTORS, "-XX:TieredStopAtLevel=1"),
                "this JVM compiles with C1 alone, where vectors are slower than none:"
                        + " remove -XX:TieredStopAtLevel or -XX:CompilationMode");
    }

    @Test
    void processorsWithoutFmaAreRejected() throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.arch").equals("amd64"), "only x86 can switch FMA off");
        assertRejected(
                report(VECTORS, "-XX:-UseFMA"),
                "multiply-adds are not fused in hardware: remove -XX:-UseFMA or run on a processor with FMA");
    }

    @Test
    void vectorsOf64BitsAreRejected() throws Exception {
        Assumptions.assumeTrue(System.getProperty("os.arch").equals("amd64"), "only x86 takes this limit");
        assertRejected(
                report(VECTORS, "-XX:MaxVectorSize=8"),
                "vectors of this JVM have 64 bits, fewer than 128;"
                        + " remove -XX:MaxVectorSize or run on a processor with wider ones");
    }

    @Test
    void propertiesSwitchOffAndForceAWidth() throws Exception {
        assertRejected(
                report(VECTORS, "-Disospin.simd=off"), "the property isospin.simd is off; remove -Disospin.simd=off");
        assertRejected(report(VECTORS, "-Disospin.simd=fast"), "isospin.simd is 'fast'; set on or off");
        assertRejected(
                report(VECTORS, "-Disospin.simd.width=wide"), "isospin.simd.width is 'wide'; set 128, 256 or 512");
        assertRejected(
                report(VECTORS, "-Disospin.simd.threads=0"),
                "isospin.simd.threads is '0'; set a number from 1 to 9999");
        assertRejected(report(VECTORS, "-Disospin.simd.warmup=0"), "isospin.simd.warmup is '0'; set on or off");
        List<String> report = report(VECTORS, "-Disospin.simd.width=128", "-Disospin.simd.threads=3");
        Assumptions.assumeTrue(new SimdProvider().availability().isAvailable());
        assertThat(report.get(0)).isEqualTo("available");
        assertThat(report.get(1)).contains("threads at most=3", "vectors=128 bits: 4 x F32, 2 x F64");
    }

    @Test
    void otherCompilersAreRejected() {
        assertThat(SimdProvider.compilerComplaint("OpenJDK 64-Bit Server VM", "25.0.3+9-LTS", "mixed mode, sharing"))
                .isEmpty();
        assertThat(SimdProvider.compilerComplaint("Java HotSpot(TM) 64-Bit Server VM", "25+36", "mixed mode"))
                .isEmpty();
        assertThat(SimdProvider.compilerComplaint("Eclipse OpenJ9 VM", "openj9-0.55.0", "JRE 25"))
                .isEqualTo("this JVM is Eclipse OpenJ9 VM; only HotSpot's C2 compiles the Vector API well:"
                        + " run on an OpenJDK");
        assertThat(SimdProvider.compilerComplaint("OpenJDK 64-Bit Server VM", "25+37-jvmci-b01", "mixed mode"))
                .contains("Graal", "25+37-jvmci-b01");
    }

    @Test
    void aBackendThatIsSwitchedOffFailsHardWithItsReason() {
        System.setProperty(SimdProvider.SWITCH, "off");
        try {
            assertThatThrownBy(() -> new SimdProvider().create())
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessage("backend simd is not available: the property isospin.simd is off;"
                            + " remove -Disospin.simd=off");
        } finally {
            System.clearProperty(SimdProvider.SWITCH);
        }
    }

    @Test
    void closeIsIdempotent() {
        SimdBackend backend = new SimdBackend(2);
        backend.close();
        backend.close();
    }
}
