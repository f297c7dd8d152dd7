package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.properties.Operation.Outcome;
import org.isospin.properties.Operation.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a listener hears of every operation, and that it can cancel it at any step. */
class ProgressTest extends OnEveryBackend {
    /** More than the columns of one panel, and than the sizes that direct methods are for. */
    private static final int SIZE = 130;

    /** Iterations and factorizations; the others are fixed sequences of a few products. */
    private static final Set<String> LONG = Set.of(
            "haarOrthogonal",
            "haarRotation",
            "inverseCayley full",
            "polar",
            "procrustes orthogonal",
            "procrustes rotation",
            "singularValues",
            "svd",
            "qr",
            "inverse");

    static Stream<Subject> inF64() {
        return subjects().filter(s -> s.dtype() == DType.F64 && Operations.isOfContext(s.operation()));
    }

    private record Step(int done, int total) {}

    @ParameterizedTest
    @MethodSource("inF64")
    void stepsOfLongOperationsAreHeardInOrder(Subject subject) {
        Map<String, Step> last = new HashMap<>();
        Isospin iso = subject.context().withProgress((operation, done, total) -> {
            assertThat(done).as(operation).isBetween(0, total);
            Step before = last.put(operation, new Step(done, total));
            // A part that is done again, as a QR in each step of an iteration, starts over.
            if (before != null && done < before.done) {
                assertThat(done).as(operation).isZero();
            }
        });
        Problem problem = problem(subject);
        Outcome heard = Runs.onHeap(iso, subject.operation(), problem, DType.F64);
        assertThat(Runs.isSame(heard, Runs.onHeap(subject.context(), subject.operation(), problem, DType.F64)))
                .isTrue();
        if (LONG.contains(subject.operation().name())) {
            assertThat(last).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("inF64")
    void aListenerThatThrowsCancelsTheCallAndNothingElse(Subject subject) {
        Problem problem = problem(subject);
        Outcome expected = Runs.onHeap(subject.context(), subject.operation(), problem, DType.F64);
        int[] steps = {0};
        Isospin counting = subject.context().withProgress((operation, done, total) -> steps[0]++);
        Runs.onHeap(counting, subject.operation(), problem, DType.F64);
        int all = steps[0];
        for (int at : new int[] {0, all / 2, all - 1}) {
            if (all == 0) {
                return;
            }
            steps[0] = 0;
            Isospin cancelling = subject.context().withProgress((operation, done, total) -> {
                if (steps[0]++ == at) {
                    throw new CancellationException("enough");
                }
                if (steps[0] > at + 1) {
                    fail("went on after it was cancelled");
                }
            });
            assertThatThrownBy(() -> Runs.onHeap(cancelling, subject.operation(), problem, DType.F64))
                    .as("%s at step %d of %d", subject, at, all)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("enough");
            assertThat(Runs.isSame(Runs.onHeap(subject.context(), subject.operation(), problem, DType.F64), expected))
                    .as("%s after step %d of %d", subject, at, all)
                    .isTrue();
        }
    }

    private static Problem problem(Subject subject) {
        return subject.operation().problems().make(SIZE, SIZE, 5);
    }
}
