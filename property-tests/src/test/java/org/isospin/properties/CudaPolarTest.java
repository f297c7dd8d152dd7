package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.DeviceException;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.polar.Polar;
import org.isospin.properties.StandInKnobs.Knob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Polar factors by cuSOLVER's own iteration, where a library has it, and without it where it has not or is too old. */
class CudaPolarTest {
    private static final int WITH_IT = 12206;
    private static final int TOO_OLD = 12205;

    /** Where the library's iteration begins to be used. */
    private static final int N = 128;

    private int version;
    private int before;

    @BeforeEach
    void hasIt() {
        StandInKnobs.assume();
        version = StandInKnobs.count(Knob.SOLVER_VERSION);
        StandInKnobs.set(Knob.SOLVER_VERSION, WITH_IT);
        before = StandInKnobs.count(Knob.POLARS);
    }

    @AfterEach
    void asItWas() {
        StandInKnobs.fail(Knob.FAIL_SOLVER, 0);
        StandInKnobs.set(Knob.SOLVER_VERSION, version);
    }

    private int calls() {
        return StandInKnobs.count(Knob.POLARS) - before;
    }

    /** A factor of known singular values: out - U has a norm of a few u·κ, U being that of the reference backend in F64. */
    private static void check(Isospin iso, Dense a, DType dtype, double condition) {
        Matrix stored = a.to(dtype);
        Matrix out = Matrix.allocate(dtype, a.rows(), a.columns());
        Polar.Result result = iso.polar(stored, out);
        assertThat(result.converged()).isTrue();
        Matrix wide = Matrix.allocate(DType.F64, a.rows(), a.columns());
        stored.copyTo(wide);
        Dense expected = Dense.of(Backends.shared(Backends.REFERENCE).polar(wide));
        double off = Dense.of(out).plus(-1, expected).frobenius() / Math.sqrt(Math.min(a.rows(), a.columns()));
        // The polish leaves 1u, storing it 1u; in F64 the iteration is backward stable to a few u of the norm, hence κu
        // each
        // here and in the reference.
        double allowed = dtype.computeType() == DType.F64 ? 20 * condition : 4;
        assertThat(off).isLessThanOrEqualTo(allowed * dtype.unitRoundoff());
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void isAsGoodAsOurOwn(DType dtype) {
        try (Isospin iso = Isospin.named("cuda")) {
            check(iso, Generators.conditioned(N, N, 10, 1), dtype, 10);
            check(iso, Generators.conditioned(N + 12, N, 10, 2), dtype, 10);
            check(iso, Generators.conditioned(N, N + 12, 10, 3), dtype, 10);
            assertThat(calls()).isEqualTo(3);
            check(iso, Generators.conditioned(N - 1, N - 1, 10, 4), dtype, 10);
            assertThat(calls()).isEqualTo(3);
        }
    }

    @Test
    void whatItIsNotAccurateForIsDoneByOurOwn() {
        Dense bad = Generators.conditioned(N, N, 1e9, 1);
        StandInKnobs.set(Knob.SOLVER_VERSION, TOO_OLD);
        Matrix expected;
        try (Isospin iso = Isospin.named("cuda")) {
            expected = iso.polar(bad.to(DType.F64));
        }
        assertThat(calls()).isZero();
        StandInKnobs.set(Knob.SOLVER_VERSION, WITH_IT);
        try (Isospin iso = Isospin.named("cuda")) {
            Matrix found = iso.polar(bad.to(DType.F64));
            assertThat(calls()).isEqualTo(1);
            assertThat(Dense.of(found).hasBitsOf(Dense.of(expected))).isTrue();
        }
    }

    @Test
    void singularAndNonFiniteMatricesAreWhatTheyAreWithoutIt() {
        try (Isospin iso = Isospin.named("cuda")) {
            Dense singular = Generators.withSpectrum(N, N, j -> j < 3 ? 0 : 1, 1);
            Matrix out = Matrix.allocate(DType.F32, N, N);
            assertThat(iso.polar(singular.to(DType.F32), out).converged()).isTrue();
            assertThat(iso.polar(Matrix.allocate(DType.F64, N, N), out).converged())
                    .isTrue();
            Matrix notFinite = Generators.gaussian(N, N, 1).to(DType.F32);
            notFinite.set(3, 4, Double.NaN);
            assertThatThrownBy(() -> iso.polar(notFinite, out))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not finite");
            assertThat(calls()).isEqualTo(3);
        }
    }

    @Test
    void aFailureNamesTheCallAndTheShape() {
        try (Isospin iso = Isospin.named("cuda")) {
            Matrix a = Generators.gaussian(N, N, 1).to(DType.F64);
            StandInKnobs.fail(Knob.FAIL_SOLVER, 1);
            assertThatThrownBy(() -> iso.polar(a))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("cusolverDnXpolar")
                    .hasMessageContaining("CUSOLVER_STATUS_EXECUTION_FAILED")
                    .hasMessageContaining("128 x 128");
            assertThat(iso.polar(a, Matrix.allocate(DType.F64, N, N)).converged())
                    .isTrue();
        }
    }
}
