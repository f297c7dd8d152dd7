package org.isospin.ffm.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.isospin.ffm.blas.OpenBlas.Operand;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every routine on a 2 × 2 matrix whose answer is known. */
class OpenBlasTest {
    /** Answers of a few units of roundoff of 2 × 2 arithmetic. */
    private static final double NEAR = 1e-14;

    @BeforeAll
    static void needsOpenBlas() {
        if (System.getenv("ISOSPIN_REQUIRE_ALL") == null) {
            assumeTrue(OpenBlas.reason().isEmpty(), "OpenBLAS is not installed: " + OpenBlas.reason());
        }
        assertThat(OpenBlas.reason()).isEmpty();
        OpenBlas.setThreads(1);
    }

    private static MemorySegment columns(Arena arena, double... values) {
        return arena.allocateFrom(ValueLayout.JAVA_DOUBLE, values);
    }

    private static double[] values(MemorySegment segment) {
        return segment.toArray(ValueLayout.JAVA_DOUBLE);
    }

    @Test
    void tellsItsConfiguration() {
        assertThat(OpenBlas.configuration()).contains("OpenBLAS");
    }

    @Test
    void multipliesBothWays() {
        try (Arena arena = Arena.ofConfined()) {
            OpenBlas blas = new OpenBlas(OpenBlas.Precision.DOUBLE, 2, arena);
            MemorySegment c = columns(arena, 0, 0, 0, 0);
            blas.gemm(Operand.PLAIN, columns(arena, 1, 2, 3, 4), Operand.PLAIN, columns(arena, 5, 6, 7, 8), c);
            assertThat(values(c)).containsExactly(23, 34, 31, 46);
            blas.gemm(Operand.TRANSPOSED, columns(arena, 1, 2, 3, 4), Operand.PLAIN, columns(arena, 5, 6, 7, 8), c);
            assertThat(values(c)).containsExactly(17, 39, 23, 53);
            OpenBlas single = new OpenBlas(OpenBlas.Precision.SINGLE, 2, arena);
            MemorySegment d = arena.allocate(16);
            single.gemm(
                    Operand.PLAIN,
                    arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4),
                    Operand.PLAIN,
                    arena.allocateFrom(ValueLayout.JAVA_FLOAT, 5, 6, 7, 8),
                    d);
            assertThat(d.toArray(ValueLayout.JAVA_FLOAT)).containsExactly(23, 34, 31, 46);
        }
    }

    @Test
    void solvesInvertsAndFindsSingularValues() {
        try (Arena arena = Arena.ofConfined()) {
            OpenBlas blas = new OpenBlas(OpenBlas.Precision.DOUBLE, 2, arena);
            MemorySegment b = columns(arena, 5, 10, 1, 2);
            blas.solve(columns(arena, 2, 0, 0, 5), b);
            assertThat(values(b)).containsExactly(2.5, 2, 0.5, 0.4);
            MemorySegment a = columns(arena, 4, 2, 7, 6);
            blas.invert(a);
            assertThat(values(a)).containsExactly(new double[] {0.6, -0.2, -0.7, 0.4}, within(NEAR));
            MemorySegment s = columns(arena, 0, 0);
            blas.singularValues(columns(arena, 0, 3, 4, 0), s);
            assertThat(values(s)).containsExactly(new double[] {4, 3}, within(NEAR));
        }
    }

    @Test
    void addsProductsAndCombines() {
        try (Arena arena = Arena.ofConfined()) {
            OpenBlas blas = new OpenBlas(OpenBlas.Precision.DOUBLE, 2, arena);
            MemorySegment a = columns(arena, 1, 2, 3, 4);
            MemorySegment c = columns(arena, 1, 0, 0, 1);
            blas.gemm(Operand.PLAIN, a, Operand.PLAIN, columns(arena, 5, 6, 7, 8), 10, c);
            assertThat(values(c)).containsExactly(33, 34, 31, 56);
            MemorySegment gram = columns(arena, Double.NaN, 9, Double.NaN, Double.NaN);
            blas.syrk(a, gram);
            assertThat(values(gram)).as("a·aᵀ, upper triangle").containsExactly(10, 9, 14, 20);
            blas.combine(2, a, 3, c);
            assertThat(values(c)).containsExactly(101, 106, 99, 176);
            MemorySegment unread = columns(arena, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
            blas.combine(2, a, 0, unread);
            assertThat(values(unread)).containsExactly(2, 4, 6, 8);
            blas.transpose(a, c);
            assertThat(values(c)).containsExactly(1, 3, 2, 4);
            assertThat(blas.norm1(columns(arena, 1, -2, 3, -4))).isEqualTo(7);
            assertThat(blas.frobenius(columns(arena, 1, -1, 1, -1))).isEqualTo(2);
            OpenBlas single = new OpenBlas(OpenBlas.Precision.SINGLE, 2, arena);
            assertThat(single.norm1(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, -2, 3, -4)))
                    .isEqualTo(7);
        }
    }

    @Test
    void givesTriangleAndVectors() {
        try (Arena arena = Arena.ofConfined()) {
            OpenBlas blas = new OpenBlas(OpenBlas.Precision.DOUBLE, 2, arena);
            MemorySegment q = columns(arena, 3, 4, 1, 1);
            MemorySegment r = columns(arena, 0, 0, 0, 0);
            blas.qr(q, r);
            assertThat(Math.abs(values(q)[0])).isEqualTo(0.6, within(NEAR));
            MemorySegment product = columns(arena, 0, 0, 0, 0);
            blas.gemm(Operand.PLAIN, q, Operand.PLAIN, r, product);
            assertThat(values(product)).containsExactly(new double[] {3, 4, 1, 1}, within(NEAR));
            MemorySegment u = columns(arena, 0, 0, 0, 0);
            MemorySegment s = columns(arena, 0, 0);
            MemorySegment vt = columns(arena, 0, 0, 0, 0);
            blas.svd(columns(arena, 0, 3, 4, 0), u, s, vt);
            assertThat(values(s)).containsExactly(new double[] {4, 3}, within(NEAR));
            double leading = values(u)[0] * 4 * values(vt)[2];
            assertThat(leading).as("u₀₀·s₀·v₁₀, the element (0, 1)").isEqualTo(4, within(NEAR));
        }
    }
}
