package org.isospin.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.bench.problem.Check;
import org.isospin.bench.problem.Operation;
import org.isospin.bench.problem.Problem;
import org.isospin.bench.problem.Setting;
import org.isospin.bench.problem.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers pass the verification that Isospin must pass, and a result with one wrong element does not. */
class PeerAlgorithmsTest {
    private static Stream<Arguments> cases() {
        return Stream.of(Operation.values())
                .flatMap(o -> Stream.of(DType.F32, DType.F64)
                        .flatMap(t -> Stream.of(1, 2, 5, 33).map(n -> Arguments.of(o, t, n))));
    }

    private static List<Check> verify(Peer peer, Operation operation, DType dtype, int n, int threads) {
        try (Arena arena = Arena.ofConfined()) {
            Problem problem = operation.problem(new Setting(n, dtype, 1, arena));
            Task task = peer.task(operation, problem, threads, arena);
            task.spoil();
            task.run();
            task.run();
            return problem.check(task.results());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void ejmlIsVerified(Operation operation, DType dtype, int n) {
        assertThat(verify(Peer.EJML, operation, dtype, n, 1)).isNotEmpty().allMatch(Check::isPassed);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void openBlasIsVerified(Operation operation, DType dtype, int n) {
        assumeTrue(Peer.OPENBLAS.reason().isEmpty(), "OpenBLAS is not installed: " + Peer.OPENBLAS.reason());
        assertThat(verify(Peer.OPENBLAS, operation, dtype, n, 1)).isNotEmpty().allMatch(Check::isPassed);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void ejmlIsVerifiedOnTwoThreads(Operation operation) {
        assertThat(verify(Peer.EJML, operation, DType.F64, 20, 2)).allMatch(Check::isPassed);
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void oneWrongElementIsCaught(Operation operation) {
        int n = 24;
        try (Arena arena = Arena.ofConfined()) {
            Problem problem = operation.problem(new Setting(n, DType.F32, 1, arena));
            Task task = Peer.EJML.task(operation, problem, 1, arena);
            task.run();
            for (Matrix result : task.results()) {
                int i = result.rows() / 2;
                double right = result.get(i, n - 1);
                result.set(i, n - 1, right + 0.01);
                assertThat(problem.check(task.results())).as("off by 0.01").anyMatch(c -> !c.isPassed());
                result.set(i, n - 1, Double.NaN);
                assertThat(problem.check(task.results())).as("NaN").anyMatch(c -> !c.isPassed());
                result.set(i, n - 1, right);
                assertThat(problem.check(task.results())).allMatch(Check::isPassed);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Operation.class)
    void nothingComputedIsCaught(Operation operation) {
        try (Arena arena = Arena.ofConfined()) {
            Problem problem = operation.problem(new Setting(8, DType.F64, 1, arena));
            Task task = Peer.EJML.task(operation, problem, 1, arena);
            task.run();
            task.spoil();
            List<Matrix> left = task.results();
            assertThat(left.isEmpty() || problem.check(left).stream().noneMatch(Check::isPassed))
                    .isTrue();
        }
    }

    @Test
    void everyTypeRoundsTheSameOperands() {
        try (Arena arena = Arena.ofConfined()) {
            Matrix wide = operand(DType.F64, arena);
            Matrix narrow = operand(DType.F32, arena);
            assertThat(narrow.get(3, 4)).isEqualTo((float) wide.get(3, 4));
        }
    }

    private static Matrix operand(DType dtype, Arena arena) {
        return Operation.GEMM
                .problem(new Setting(9, dtype, 5, arena))
                .operands()
                .getFirst();
    }

    @Test
    void taylorPolynomialIsTheSeries() {
        for (double x = -1; x <= 1; x += 0.125) {
            // 1.09¹⁹/19! is roundoff; the inner coefficients of up to 11 cost a few units more.
            assertThat(TaylorExp.scalar(x)).isEqualTo(Math.exp(x), within(1e-14));
        }
    }
}
