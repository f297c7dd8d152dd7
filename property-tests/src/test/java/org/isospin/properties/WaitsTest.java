package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.backend.ReferenceBackend;
import org.isospin.properties.Operation.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How often each operation waits for the backend, at most: what it documents. */
class WaitsTest {
    private static final Map<String, Integer> MOST = Map.ofEntries(
            entry("exp", 1),
            entry("expm1", 1),
            entry("cayley full", 1),
            entry("cayley half", 1),
            entry("inverseCayley full", 1),
            entry("inverseCayley half", 1),
            entry("cayleyNeumann", 0),
            entry("cayleySeries", 0),
            entry("haarOrthogonal", 0),
            entry("haarRotation", 0),
            entry("msign Keller Jordan", 0),
            entry("msign Polar Express", 0),
            entry("log", 10),
            entry("log jvp", 7),
            entry("log vjp", 7),
            entry("geodesic", 11),
            entry("midpoint", 7),
            entry("rotationPath geodesic", 11),
            entry("rotationPath cayley", 3),
            entry("rotationPath root", 3),
            entry("stiefel euclidean", 0),
            entry("stiefel canonical", 0),
            entry("retraction qr", 0),
            entry("retraction polar", 3),
            entry("retraction cayley", 1),
            entry("stiefelGeodesic", 2),
            entry("transport", 1),
            entry("msign Schatten-8", 0),
            entry("msign beta-4", 3),
            entry("msign Gram", 0),
            entry("msign skew", 0),
            entry("msign vjp", 0),
            entry("msign jvp", 0),
            entry("mclip", 0),
            entry("mstep", 0),
            entry("inverseRoot", 0),
            entry("normBounds", 8),
            entry("polar Halley", 3),
            entry("polar Newton", 3),
            entry("polar Express", 6),
            entry("polar", 3),
            entry("procrustes orthogonal", 12),
            entry("procrustes rotation", 12),
            entry("orthogonality", 2),
            entry("multiply", 0),
            entry("singularValues", 1),
            entry("svd", 1),
            entry("qr", 0),
            entry("inverse", 1));

    private static Map<String, Integer> most() {
        return Stream.of(
                        MOST, //
                        OrthonormalizationOperations.WAITS,
                        CayleyOperations.WAITS,
                        ExpOperations.WAITS,
                        ButterflyOperations.WAITS,
                        InitializationOperations.WAITS,
                        OptimOperations.WAITS,
                        ProcrustesOperations.WAITS,
                        MergeOperations.WAITS,
                        EnergyOperations.WAITS,
                        ReparamOperations.WAITS)
                .flatMap(map -> map.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    static Stream<Operation> operations() {
        return Operations.all().stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void waitsNoMoreThanItDocuments(Operation operation) {
        int most = Objects.requireNonNull(most().get(operation.name()), operation.name());
        for (DType dtype : DType.values()) {
            for (int n : new int[] {0, 1, 7, 40, 100}) {
                DeferredBackend backend = new DeferredBackend(new ReferenceBackend());
                try (Isospin iso = Isospin.on(backend)) {
                    Problem problem = operation.problems().make(n, n, 1);
                    Runs.onHeap(iso, operation, problem, dtype);
                    assertThat(backend.waits())
                            .as("%s, %s, n = %d", operation, dtype, n)
                            .isLessThanOrEqualTo(most);
                }
            }
        }
    }

    /** The same on the CUDA backend, where what stands in for a GPU counts. */
    @ParameterizedTest
    @MethodSource("operations")
    void waitsForADeviceNoMoreThanItDocuments(Operation operation) {
        StandInKnobs.assume();
        int most = Objects.requireNonNull(most().get(operation.name()), operation.name());
        Isospin iso = Backends.shared(Backends.CUDA);
        for (int n : new int[] {1, 7, 40, 100}) {
            Problem problem = operation.problems().make(n, n, 1);
            int before = StandInKnobs.count(StandInKnobs.Knob.WAITS);
            Runs.onHeap(iso, operation, problem, DType.F32);
            assertThat(StandInKnobs.count(StandInKnobs.Knob.WAITS) - before)
                    .as("%s, n = %d", operation, n)
                    .isLessThanOrEqualTo(most);
        }
    }

    @Test
    void everyOperationHasANumber() {
        assertThat(operations().map(Operation::name)).containsExactlyInAnyOrderElementsOf(most().keySet());
    }
}
