package org.isospin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SequencedMap;
import java.util.Set;
import org.isospin.backend.Availability;
import org.isospin.backend.Backend;
import org.isospin.backend.BackendChoice;
import org.isospin.backend.BackendProvider;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Discovery;
import org.isospin.backend.Place;
import org.isospin.backend.ReferenceBackend;
import org.isospin.backend.ReferenceProvider;
import org.isospin.placement.Hardware;
import org.isospin.placement.Link;
import org.isospin.placement.Operation;
import org.isospin.placement.Plan;
import org.isospin.placement.Profile;
import org.isospin.placement.Profile.Entry;
import org.isospin.placement.ProfileFile;
import org.isospin.placement.ProfileSource;
import org.isospin.placement.TimeTable;
import org.isospin.placement.TimeTable.Point;
import org.isospin.polar.Msign;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where calls of an automatic context go, with a device that is a double: what it was asked is counted. */
class PlacementTest {
    private static final BackendChoice AUTO = new BackendChoice("auto", Set.of(), "");

    /** The order from which exp in F32 is faster on the device by the profile of these tests. */
    private static final int CROSSOVER = 16;

    @TempDir
    Path folder;

    private final Card card = new Card();

    /** A device that computes like the reference backend. */
    private static final class Card implements BackendProvider {
        final List<String> events = new ArrayList<>();
        Availability availability = Availability.AVAILABLE;
        String failure = "";
        long memory = 1L << 30;

        @Override
        public String name() {
            return "card";
        }

        @Override
        public int priority() {
            return 100;
        }

        @Override
        public Place place() {
            return Place.DEVICE;
        }

        @Override
        public Availability availability() {
            events.add("asked");
            return availability;
        }

        @Override
        public Backend create() {
            events.add("created");
            if (!failure.isEmpty()) {
                throw new DeviceException("open", 2, failure);
            }
            ReferenceBackend computes = new ReferenceBackend();
            return new Backend() {
                @Override
                public String name() {
                    return "card";
                }

                @Override
                public SequencedMap<String, String> describe() {
                    SequencedMap<String, String> facts = new LinkedHashMap<>();
                    facts.put("device", "card:0");
                    facts.put("driver", "7");
                    return facts;
                }

                @Override
                public long memoryBytes() {
                    if (memory < 0) {
                        throw new DeviceException("memory", 3, "mute");
                    }
                    return memory;
                }

                @Override
                public ComputeStream open(int threads, Precision precision) {
                    events.add("stream");
                    return computes.open(threads, precision);
                }

                @Override
                public void close() {
                    events.add("closed");
                }
            };
        }
    }

    @BeforeEach
    void measure() throws IOException {
        System.setProperty(
                ProfileSource.PROPERTY, folder.resolve("profile.json").toString());
        write(Hardware.of(new ReferenceBackend()), "card:0", "7");
    }

    @AfterEach
    void forget() {
        System.clearProperty(ProfileSource.PROPERTY);
    }

    /** A millisecond of transfers; on the host a second at the crossover, on the device half of one at any order. */
    private void write(Hardware host, String device, String driver) throws IOException {
        Entry exp = new Entry(Operation.EXP, DType.F32);
        Profile profile = new Profile(
                new Hardware(host.processor(), host.processors(), host.host(), device, driver),
                new Link(Long.MAX_VALUE, Long.MAX_VALUE, 500_000),
                Map.of(
                        exp,
                        new TimeTable(
                                List.of(new Point(CROSSOVER - 1, 500_000_000), new Point(CROSSOVER, 1_000_000_000)))),
                Map.of(exp, new TimeTable(List.of(new Point(1024, 500_000_000)))));
        ProfileFile.write(folder.resolve("profile.json"), profile);
    }

    private Isospin auto(BackendChoice choice) {
        return Isospin.auto(
                Discovery.of(
                        List.<BackendProvider>of(card, new ReferenceProvider()).iterator()),
                choice);
    }

    private static void exp(Isospin iso, int n) {
        iso.exp(SkewMatrix.allocate(DType.F32, n));
    }

    @Test
    void theDeviceIsNotTouchedUntilACallMayBeLargeEnough() {
        try (Isospin iso = auto(AUTO)) {
            exp(iso, CROSSOVER - 1);
            iso.haarRotation(1, Matrix.allocate(DType.F64, 20, 20));
            iso.multiply(
                    Matrix.allocate(DType.F32, 40, 40),
                    Matrix.allocate(DType.F32, 40, 40),
                    Matrix.allocate(DType.F32, 40, 40));
            iso.plan(Operation.EXP, CROSSOVER - 1, CROSSOVER - 1, DType.F32);
            assertThat(iso.describe().others())
                    .containsExactly(new Description.Other("card", "not opened yet; no call was large enough"));
            assertThat(card.events).isEmpty();
            exp(iso, CROSSOVER);
            exp(iso, CROSSOVER);
            assertThat(card.events).containsExactly("asked", "created", "stream");
            assertThat(iso.describe().others()).isEmpty();
        }
        assertThat(card.events).endsWith("closed");
    }

    @Test
    void plansTellPlaceTimesAndReason() {
        try (Isospin iso = auto(AUTO)) {
            Plan small = iso.plan(Operation.EXP, 8, 8, DType.F32);
            assertThat(small.backend()).isEqualTo("reference");
            assertThat(small.hostSeconds()).isLessThan(0.5);
            assertThat(small.deviceSeconds()).isEqualTo(0.5);
            // Bytes at Long.MAX_VALUE a second take less than the roundoff of a sum of three numbers.
            assertThat(small.transferSeconds()).isCloseTo(1e-3, within(1e-15));
            assertThat(small.deviceSecondsWithTransfers()).isCloseTo(0.501, within(1e-15));
            Plan large = iso.plan(Operation.EXP, CROSSOVER, CROSSOVER, DType.F32);
            assertThat(large.backend()).isEqualTo("card");
            assertThat(large.toString())
                    .isEqualTo(
                            "exp F32 16 x 16: card, because 1.00 s on reference compare with 500 ms on card and 1.00 ms of"
                                    + " transfers, by measured times of " + folder.resolve("profile.json"));
            assertThatThrownBy(() -> iso.plan(Operation.EXP, 3, 4, DType.F32))
                    .isInstanceOf(IllegalArgumentException.class);
            // Nothing ran.
            assertThat(card.events).containsExactly("asked", "created");
            assertThat(iso.describe().calls()).isEmpty();
        }
    }

    @Test
    void aCallGoesWhereItsPlanSaysWhateverWentBefore() {
        for (int first : new int[] {4, 40}) {
            try (Isospin iso = auto(AUTO)) {
                exp(iso, first);
                for (int n : new int[] {1, CROSSOVER - 1, CROSSOVER, 40}) {
                    long onCard = calls(iso, "card");
                    String planned = iso.plan(Operation.EXP, n, n, DType.F32).backend();
                    exp(iso.withThreads(1), n);
                    assertThat(planned).isEqualTo(n < CROSSOVER ? "reference" : "card");
                    assertThat(calls(iso, "card") - onCard).isEqualTo(n < CROSSOVER ? 0 : 1);
                }
            }
        }
    }

    private static long calls(Isospin iso, String backend) {
        return iso.describe().calls().stream()
                .filter(c -> c.latest().backend().equals(backend))
                .mapToLong(Description.Calls::count)
                .sum();
    }

    @Test
    void typesWithoutMeasuredTimesGoByAssumedOnes() {
        try (Isospin iso = auto(AUTO)) {
            iso.exp(SkewMatrix.allocate(DType.F64, CROSSOVER));
            iso.withPrecision(Precision.F64_SUMS).exp(SkewMatrix.allocate(DType.F32, CROSSOVER));
            iso.msign(
                    Matrix.allocate(DType.F32, CROSSOVER, CROSSOVER),
                    Matrix.allocate(DType.F32, CROSSOVER, CROSSOVER),
                    Msign.polarExpress(2));
            assertThat(card.events).isEmpty();
            // Assumed times are all that there is of the singular values, and they assume nothing of a device.
            assertThat(iso.plan(Operation.SVD, 9000, 9000, DType.F32).reason()).contains("nothing is known");
        }
    }

    @Test
    void timesOfAnotherDeviceAreNotUsed() throws IOException {
        write(Hardware.of(new ReferenceBackend()), "card:1", "7");
        try (Isospin iso = auto(AUTO)) {
            exp(iso, CROSSOVER);
            assertThat(card.events).as("opened to see which it is").containsExactly("asked", "created");
            assertThat(iso.describe().placement())
                    .startsWith("large calls on card, by assumed times, because ")
                    .endsWith("is ignored: it was measured with another device: card:1, not card:0");
            assertThat(calls(iso, "reference")).isEqualTo(1);
        }
    }

    @Test
    void aDeviceThatCannotBeUsedIsTriedOnceAndTheReasonTold() {
        card.availability = Availability.unavailable("no card is in the slot");
        try (Isospin iso = auto(AUTO)) {
            exp(iso, CROSSOVER);
            exp(iso, CROSSOVER);
            assertThat(card.events).containsExactly("asked");
            assertThat(iso.describe().calls()).singleElement().satisfies(calls -> {
                assertThat(calls.count()).isEqualTo(2);
                assertThat(calls.latest().backend()).isEqualTo("reference");
                assertThat(calls.latest().reason()).contains("no card is in the slot");
            });
            assertThat(iso.describe().toString()).contains("not card: backend card is not available: no card");
        }
    }

    @Test
    void aDeviceThatFailsToOpenIsTriedOnceAndTheReasonTold() {
        card.failure = "on fire";
        try (Isospin iso = auto(AUTO)) {
            exp(iso, CROSSOVER);
            exp(iso, CROSSOVER);
            assertThat(card.events).containsExactly("asked", "created");
            assertThat(iso.describe().placement())
                    .startsWith("all calls here: ")
                    .contains("on fire");
        }
    }

    @Test
    void aDeviceThatTellsNothingOfItselfIsClosedAgain() {
        card.memory = -1;
        try (Isospin iso = auto(AUTO)) {
            exp(iso, CROSSOVER);
            assertThat(card.events).containsExactly("asked", "created", "closed");
            assertThat(iso.describe().placement()).contains("mute");
        }
    }

    @Test
    void whatIsTooLargeForTheDeviceStays() {
        card.memory = 1000;
        try (Isospin iso = auto(AUTO)) {
            exp(iso, CROSSOVER);
            assertThat(iso.describe().calls().getFirst().latest().reason())
                    .isEqualTo("operands and results are more than 1/16 of the memory of card");
            assertThat(card.events).doesNotContain("stream");
        }
    }

    @Test
    void theUserForcesAndForbids() {
        try (Isospin iso = auto(new BackendChoice("card", Set.of(), "isospin.backend=card"))) {
            exp(iso, 2);
            assertThat(iso.describe().backend()).isEqualTo("card");
            assertThat(card.events).containsExactly("asked", "created", "stream");
        }
        card.events.clear();
        for (BackendChoice choice : List.of(
                new BackendChoice("auto", Set.of("card"), "isospin.backend=-card"),
                new BackendChoice("cpu", Set.of(), "isospin.backend=cpu"),
                new BackendChoice("reference", Set.of("card"), "isospin.backend=reference,-card"))) {
            try (Isospin iso = auto(choice)) {
                exp(iso, CROSSOVER);
                assertThat(iso.describe().backend()).isEqualTo("reference");
                assertThat(iso.describe().others())
                        .containsExactly(new Description.Other("card", "forbidden by " + choice.origin()));
            }
        }
        assertThat(card.events).isEmpty();
        card.availability = Availability.unavailable("no card is in the slot");
        assertThatThrownBy(() -> auto(new BackendChoice("card", Set.of(), "")))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("no card is in the slot");
        assertThatThrownBy(() -> auto(new BackendChoice("auto", Set.of("abacus"), "isospin.backend=-abacus")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("isospin.backend=-abacus");
        assertThatThrownBy(() -> auto(new BackendChoice("auto", Set.of("reference"), "isospin.backend=-reference")))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("forbidden by isospin.backend=-reference");
    }

    @Test
    void contextsOfOneBackendSaySo() {
        try (Isospin iso = Isospin.named("reference")) {
            Plan plan = iso.plan(Operation.EXP, 4000, 4000, DType.F32);
            assertThat(plan.backend()).isEqualTo("reference");
            assertThat(plan.hostSeconds()).isNaN();
            assertThat(plan.reason()).isEqualTo("this context computes on reference alone");
            assertThat(iso.describe().placement()).isEmpty();
            assertThat(iso.describe().calls()).isEmpty();
        }
    }

    @Test
    void aClosedContextOpensNothing() {
        Isospin iso = auto(AUTO);
        iso.close();
        iso.close();
        assertThatThrownBy(() -> exp(iso, CROSSOVER))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(card.events).isEmpty();
    }

    @Test
    void thePropertyIsRead() {
        Properties before = System.getProperties();
        System.setProperty(BackendChoice.PROPERTY, "abacus");
        try {
            assertThatThrownBy(Isospin::auto)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("isospin.backend=abacus");
        } finally {
            before.remove(BackendChoice.PROPERTY);
        }
    }
}
