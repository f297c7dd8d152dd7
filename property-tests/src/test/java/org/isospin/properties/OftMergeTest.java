package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.optim.Orientation;
import org.isospin.reparam.OftLayer;
import org.isospin.reparam.OftMerge;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters in weights and out of them again, beside the layer that trains them. */
class OftMergeTest {
    private static final double U = DType.F64.unitRoundoff();

    /** A weight's shape, and the adapter. */
    record Subject(int m, int n, OftOptions options) {}

    static Stream<Subject> subjects() {
        OftOptions exact = OftOptions.DEFAULT.withMap(GeneratorMap.cayley(CayleyStep.NEGATIVE_FULL));
        return Stream.of(
                new Subject(5, 12, OftOptions.DEFAULT.withBlocks(4, 1)),
                new Subject(6, 11, exact.withBlocks(4, 1).withOrientation(Orientation.IN_OUT)),
                new Subject(7, 12, exact.withBlocks(3, 1).withSharing(OftOptions.Sharing.SHARED)),
                new Subject(1, 1, exact),
                new Subject(0, 4, exact.withBlocks(2, 1)),
                new Subject(5, 16, OftOptions.BUTTERFLY.withBlocks(4, 3)),
                // Two strips.
                new Subject(4200, 512, exact.withBlocks(8, 1).withEpsilon(2)));
    }

    private static OftParameters turned(Subject subject, DType dtype) {
        OftParameters parameters = OftParameters.allocate(subject.options, dtype, subject.m, subject.n);
        for (Matrix m : parameters.generators()) {
            Dense.zero(m.rows(), m.columns())
                    .plus(0.1, Generators.gaussian(m.rows(), m.columns(), 3))
                    .to(dtype)
                    .copyTo(m);
        }
        Matrix s = parameters.outputScale();
        for (int i = 0; s != null && i < s.columns(); i++) {
            s.set(0, i, 1 + 0.1 * i);
        }
        return parameters;
    }

    private static Dense weight(Subject subject) {
        boolean isOutIn = subject.options.orientation() == Orientation.OUT_IN;
        return Generators.gaussian(isOutIn ? subject.m : subject.n, isOutIn ? subject.n : subject.m, 1);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void mergesWhatTheLayerComputesAndUndoesIt(Subject subject) {
        for (String backend : Backends.available()) {
            if (backend.equals(Backends.REFERENCE) && subject.m > 1000) {
                continue;
            }
            Isospin iso = Backends.shared(backend);
            Dense w = weight(subject);
            OftParameters parameters = turned(subject, DType.F64);
            OftLayer layer = OftLayer.of(iso, subject.options, w.to(DType.F64));
            for (int i = 0; i < parameters.matrices().size(); i++) {
                parameters
                        .matrices()
                        .get(i)
                        .copyTo(layer.parameters().matrices().get(i));
            }
            Matrix expected = Matrix.allocate(DType.F64, w.rows(), w.columns());
            layer.weight(expected);
            Matrix merged = Generators.garbage(Matrix.allocate(DType.F64, w.rows(), w.columns()));
            OftMerge.merge(iso, subject.options, parameters, w.to(DType.F64), merged);
            // Both sum b products for each of up to 3 factors, in orders of their own; the scale is at most 1 + 0.1·m.
            double size = w.frobenius() * (1 + 0.1 * Math.min(subject.m, 10));
            double bound = 64 * U * size;
            assertThat(Dense.of(merged).plus(-1, Dense.of(expected)).frobenius())
                    .isLessThanOrEqualTo(bound);
            OftMerge.unmerge(iso, subject.options, parameters, merged, merged);
            assertThat(Dense.of(merged).plus(-1, w).frobenius()).isLessThanOrEqualTo(8 * bound);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void noRotationKeepsEveryBitInAnyType(Subject subject) {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        for (DType dtype : DType.values()) {
            Matrix w = weight(subject).to(dtype);
            Matrix out = Generators.garbage(Matrix.allocate(dtype, w.rows(), w.columns()));
            OftParameters none = OftParameters.allocate(subject.options, DType.F32, subject.m, subject.n);
            OftMerge.merge(iso, subject.options, none, w, out);
            assertThat(Dense.of(out).hasBitsOf(Dense.of(w))).isTrue();
        }
    }

    @Test
    void roundsOnceToTheOutputsType() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Subject subject = new Subject(9, 12, OftOptions.DEFAULT.withBlocks(4, 1));
        OftParameters parameters = turned(subject, DType.F64);
        Matrix w = weight(subject).to(DType.BF16);
        Matrix exact = Matrix.allocate(DType.F64, 9, 12);
        Matrix rounded = Matrix.allocate(DType.BF16, 9, 12);
        OftMerge.merge(iso, subject.options, parameters, w, exact);
        OftMerge.merge(iso, subject.options, parameters, w, rounded);
        assertThat(Dense.of(rounded).hasBitsOf(Dense.of(Dense.of(exact).to(DType.BF16))))
                .isTrue();
    }

    @Test
    void whatDoesNotFitOrHasNoInverseIsAnError() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        OftOptions options = OftOptions.DEFAULT.withBlocks(4, 1);
        OftParameters parameters = OftParameters.allocate(options, DType.F64, 3, 8);
        Matrix w = Matrix.allocate(DType.F64, 3, 12);
        assertThatThrownBy(() -> OftMerge.merge(iso, options, parameters, w, w))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("count=3")
                .hasMessageContaining("not 1 factors");
        assertThatThrownBy(() -> OftMerge.merge(iso, options.withBlocks(4, 2), parameters, w.view(0, 0, 3, 8), w))
                .isInstanceOf(IllegalArgumentException.class);
        // Of the Neumann product of order 3 a plane of tangent 1 is annihilated.
        parameters.generators().getFirst().set(0, 0, 1);
        Matrix fits = weight(new Subject(3, 8, options)).to(DType.F64);
        assertThatThrownBy(() -> OftMerge.unmerge(iso, options, parameters, fits, fits))
                .isInstanceOf(SingularMatrixException.class);
    }
}
