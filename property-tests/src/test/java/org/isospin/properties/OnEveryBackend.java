package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.junit.jupiter.api.Test;

/** A suite that runs on every backend of this machine, and says in one line what it could not run on. */
abstract class OnEveryBackend {
    /**
     * What a test runs on.
     *
     * @param backend the backend's name
     * @param operation an operation of the table
     * @param dtype the type of all operands
     */
    record Subject(String backend, Operation operation, DType dtype) {
        Isospin context() {
            return Backends.shared(backend);
        }

        @Override
        public String toString() {
            return backend + " " + dtype + " " + operation;
        }
    }

    /**
     * Every operation in every type on every backend; behind the deferred one the compute types will do, on the CUDA one F32: what
     * stands in for a GPU is slow, and the laws run there in every type.
     */
    static Stream<Subject> subjects() {
        return Backends.available().stream()
                .flatMap(backend -> Stream.of(DType.values())
                        .filter(t -> !backend.equals(Backends.DEFERRED) || t == t.computeType())
                        .filter(t -> !backend.equals(Backends.CUDA) || t == DType.F32)
                        .flatMap(t -> Operations.all().stream().map(o -> new Subject(backend, o, t))));
    }

    @Test
    void simdIsIncluded() {
        Optional<String> reason = Backends.whySimdIsMissing();
        assumeTrue(reason.isEmpty(), () -> getClass().getSimpleName() + " ran without simd: " + reason.orElse(""));
        assertThat(Isospin.named(Backends.SIMD).describe().backend()).isEqualTo(Backends.SIMD);
    }
}
