package org.isospin.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.function.Supplier;
import org.isospin.BackendUnavailableException;
import org.junit.jupiter.api.Test;

class DiscoveryTest {
    private record Provider(String name, int priority, Place place, Availability availability)
            implements BackendProvider {
        @Override
        public Backend create() {
            throw new BackendUnavailableException(name + " was asked to create");
        }
    }

    private static final Provider SLOW = new Provider("slow", 0, Place.HOST, Availability.AVAILABLE);
    private static final Provider FAST = new Provider("fast", 50, Place.HOST, Availability.unavailable("no vectors"));
    private static final Provider CARD = new Provider("card", 100, Place.DEVICE, Availability.AVAILABLE);

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static Iterator<BackendProvider> steps(Supplier<BackendProvider>... steps) {
        Iterator<Supplier<BackendProvider>> each = Arrays.asList(steps).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public BackendProvider next() {
                return each.next().get();
            }
        };
    }

    @Test
    void candidatesAreRankedByPriority() {
        List<Discovery.Candidate> ranked =
                Discovery.of(steps(() -> SLOW, () -> CARD, () -> FAST)).candidates();
        assertThat(ranked).extracting(Discovery.Candidate::name).containsExactly("card", "fast", "slow");
        assertThat(ranked.get(1).availability().reason()).isEqualTo("no vectors");
    }

    @Test
    void aProviderThatFailsToLoadBecomesAReasonAndHidesNoOther() {
        Discovery discovery = Discovery.of(steps(
                () -> {
                    throw new ServiceConfigurationError("no such class");
                },
                () -> {
                    throw new NoClassDefFoundError("jdk/incubator/vector/Vector");
                },
                () -> SLOW));
        assertThat(discovery.candidates()).hasSize(3);
        assertThat(discovery.candidates().getFirst().name()).isEqualTo("slow");
        assertThat(discovery.candidates())
                .extracting(c -> c.availability().reason())
                .contains("ServiceConfigurationError: no such class")
                .anyMatch(reason -> reason.contains("jdk/incubator/vector/Vector"));
    }

    @Test
    void availabilityThatThrowsBecomesAReason() {
        BackendProvider broken = new BackendProvider() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public int priority() {
                return 7;
            }

            @Override
            public Availability availability() {
                throw new UnsatisfiedLinkError("libfoo.so");
            }

            @Override
            public Backend create() {
                throw new AssertionError("never created");
            }
        };
        Discovery.Candidate found =
                Discovery.of(steps(() -> broken)).candidates().getFirst();
        assertThat(found.availability()).isEqualTo(Availability.unavailable("UnsatisfiedLinkError: libfoo.so"));
    }

    @Test
    void aNamedBackendFailsHardWithItsReason() {
        Discovery discovery = Discovery.of(steps(() -> SLOW, () -> FAST));
        assertThatThrownBy(() -> discovery.named("FAST"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessage("backend fast is not available: no vectors");
        assertThatThrownBy(() -> discovery.named("quick"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no backend is named 'quick'; there is fast, slow");
    }

    @Test
    void automaticChoiceGoesDownTheRanksAndTellsEveryReason() {
        Discovery discovery = Discovery.of(steps(() -> SLOW, () -> FAST));
        assertThatThrownBy(discovery::best)
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("fast: no vectors")
                .hasMessageContaining("slow was asked to create");
    }

    @Test
    void theHostChoiceIgnoresDevices() {
        Discovery discovery = Discovery.of(steps(() -> SLOW, () -> CARD));
        assertThatThrownBy(discovery::best).hasMessageContaining("card was asked");
        assertThatThrownBy(discovery::bestOnHost)
                .hasMessageContaining("slow was asked")
                .hasMessageNotContaining("card");
    }
}
