package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.decomposition.Svd;
import org.isospin.polar.Group;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The accuracy that polar and Procrustes promise, ‖·‖_F/√n in u.
 *
 * <p>Forward errors are against the exact factor of the input as rounded, to first order: with the found factor Q of A and E = QᵀQ −
 * I, the exact one is Q(I − E/2 + Ω) with skew Ω and HΩ + ΩH = QᵀA − AᵀQ, H = QᵀA, all residuals summed in twice F64's precision. Ω
 * by eigenvectors of H, found in F64: their errors change the error by a small part of itself.
 */
class PolarAccuracyTest {
    static Stream<Arguments> subjects() {
        return Backends.available().stream()
                .filter(b -> !b.equals(Backends.DEFERRED))
                .flatMap(b -> Stream.of(DType.F64, DType.F32)
                        .flatMap(t -> Stream.of(64, 256)
                                .flatMap(n -> Stream.of(10.0, 1e3, 1e6).map(k -> Arguments.of(b, t, n, k)))));
    }

    /** {@return top over bottom} */
    private static Dense stacked(Dense top, double factor, Dense bottom) {
        int m = top.rows();
        Dense out = Dense.zero(m + bottom.rows(), top.columns());
        for (int j = 0; j < top.columns(); j++) {
            for (int i = 0; i < m; i++) {
                out.set(i, j, top.get(i, j));
            }
            for (int i = 0; i < bottom.rows(); i++) {
                out.set(m + i, j, factor * bottom.get(i, j));
            }
        }
        return out;
    }

    /** {@return ‖q − Q‖_F/√n for the exact polar factor Q of A, from QᵀA − AᵀQ and A in F64} */
    private static double forward(Isospin iso, Dense q, Dense residual, Dense a) {
        int n = q.rows();
        Svd svd = iso.svd(a.to(DType.F64));
        Dense y = Dense.of(svd.v());
        Dense omega = y.transposed().times(residual).times(y);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                omega.set(i, j, omega.get(i, j) / (svd.s().get(0, i) + svd.s().get(0, j)));
            }
        }
        Dense error = y.times(omega).times(y.transposed()).plus(-0.5, q.gramDefect());
        return error.frobenius() / Math.sqrt(n);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void polarFactors(String backend, DType dtype, int n, double condition) {
        Isospin iso = Backends.shared(backend);
        double u = dtype.unitRoundoff();
        Dense a = Dense.of(Generators.conditioned(n, n, condition, 7).to(dtype));
        Dense q = Subjects.apply(iso::polar, dtype, a);
        double orth = q.orthogonalityDefect() / u;
        Dense residual = stacked(q, 1, a).transposed().times(stacked(a, -1, q));
        double forward = forward(iso, q, residual, a) / u;
        assertThat(orth).isLessThanOrEqualTo(1);
        // F32 is computed in F64 but for a last part of κ ≤ 22. F64 is backward stable, which leaves κ/25, and refined,
        // which
        // takes that to a fifth or less: half of it at most.
        assertThat(forward).isLessThanOrEqualTo(dtype == DType.F32 ? 22 : 16 + condition / 50);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void procrustes(String backend, DType dtype, int n, double condition) {
        Isospin iso = Backends.shared(backend);
        double u = dtype.unitRoundoff();
        // AᵀB has the condition asked for.
        Dense a = Dense.of(Generators.conditioned(n, n, Math.sqrt(condition), 8).to(dtype));
        Dense b = Dense.of(a.times(Generators.orthonormal(n, n, 20)).to(dtype));
        Dense r = Subjects.apply((x, y, out) -> iso.procrustes(x, y, Group.ORTHOGONAL, out), dtype, a, b);
        double orth = r.orthogonalityDefect() / u;
        // AᵀB in two parts, of twice F64's precision.
        Dense cross = a.transposed().times(b);
        Dense rest = a.transposed().timesPlus(b, Dense.zero(n, n).plus(-1, cross));
        Dense parts = stacked(cross, 1, rest);
        Dense twice = stacked(r, 1, r);
        Dense residual = stacked(twice, 1, parts).transposed().times(stacked(parts, -1, twice));
        double forward = forward(iso, r, residual, cross) / u;
        assertThat(orth).isLessThanOrEqualTo(1);
        // F32 is computed in F64 and rounded. In F64 the rounding of AᵀB stays, about √n·u/4 of its norm.
        assertThat(forward).isLessThanOrEqualTo(dtype == DType.F32 ? 1 : 64 + condition / 16);
    }
}
