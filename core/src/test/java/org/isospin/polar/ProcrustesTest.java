package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Dense;
import org.isospin.backend.Garbage;
import org.isospin.backend.Layout;
import org.isospin.backend.ReferenceBackend;
import org.isospin.backend.Waits;
import org.isospin.measure.Orthogonality;
import org.isospin.rotation.Haar;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcrustesTest {
    private final ComputeStream stream = new ReferenceBackend().open(1, Precision.STANDARD);

    @AfterEach
    void close() {
        stream.close();
    }

    private Procrustes.Result solve(double[][] a, double[][] b, Group group) {
        return solve(Dense.matrix(DType.F64, a), Dense.matrix(DType.F64, b), group);
    }

    private Procrustes.Result solve(Matrix a, Matrix b, Group group) {
        Matrix out = Layout.HEAP.garbage(a.dtype(), a.columns(), a.columns());
        Procrustes.Result result = Procrustes.solve(stream, a, b, group, out);
        stream.reset();
        assertThat(result.rotation()).isSameAs(out);
        return result;
    }

    private double[][] rotation(int n) {
        Matrix q = Matrix.allocate(DType.F64, n, n);
        Haar.rotation(stream, 31 + n, q);
        stream.reset();
        return Dense.array(q);
    }

    private static double[][] difference(double[][] a, double[][] b) {
        double[][] c = Dense.scaled(a, 1);
        for (int i = 0; i < c.length; i++) {
            for (int j = 0; j < c[i].length; j++) {
                c[i][j] -= b[i][j];
            }
        }
        return c;
    }

    /** Checks orthogonality, orientation, scale and residual against their definitions. */
    private void check(Procrustes.Result result, Matrix a, Matrix b, Group group) {
        Matrix r = result.rotation();
        double u = r.dtype().unitRoundoff();
        assertThat(Orthogonality.of(stream, r).relative()).isLessThanOrEqualTo(1.5 * u);
        if (group == Group.ROTATION) {
            assertThat(Orientation.isReversed(stream, r)).isFalse();
        }
        double[][] a0 = Dense.array(a);
        double[][] b0 = Dense.array(b);
        double[][] rest = difference(Dense.multiply(a0, Dense.array(r)), b0);
        double size = Dense.frobenius(a0) + Dense.frobenius(b0);
        assertThat(result.residual()).isCloseTo(Dense.frobenius(rest), offset(8 * a.columns() * 0x1p-53 * size));
        double[][] cross = Dense.multiply(Dense.transpose(a0), b0);
        double inner = 0;
        for (int i = 0; i < cross.length; i++) {
            for (int j = 0; j < cross.length; j++) {
                inner += cross[i][j] * r.get(i, j);
            }
        }
        // R is rounded after the scale was formed; the oracle sums n products for each element, then n² in a row.
        double error = 2 * u + 4 * a.columns() * 0x1p-53;
        assertThat(result.scale()).isCloseTo(inner, offset(error * Math.sqrt(a.columns()) * Dense.frobenius(cross)));
        stream.reset();
    }

    @Test
    void knownSolutions() {
        // scipy's example: turned and mirrored points.
        double[][] a = {{2, 0, 1}, {-2, 0, 0}};
        double[][] b = {{0, 2, 1}, {0, -2, 0}};
        Procrustes.Result plane = solve(
                new double[][] {{1, 0}, {0, 1}, {1, 1}}, new double[][] {{0, 1}, {-1, 0}, {-1, 1}}, Group.ROTATION);
        assertThat(Dense.distance(Dense.array(plane.rotation()), new double[][] {{0, 1}, {-1, 0}}))
                .isLessThanOrEqualTo(4 * 0x1p-53);
        assertThat(plane.scale()).isCloseTo(4, offset(1e-15));
        assertThat(plane.residual()).isLessThanOrEqualTo(1e-15);
        // AᵀB has the singular values 3 and 1: 2·3/(1 + 3).
        assertThat(plane.condition()).isCloseTo(1.5, offset(1e-14));
        Procrustes.Result mirrored = solve(a, b, Group.ORTHOGONAL);
        check(mirrored, Dense.matrix(DType.F64, a), Dense.matrix(DType.F64, b), Group.ORTHOGONAL);
        assertThat(mirrored.residual()).isLessThanOrEqualTo(4e-15);
        // AᵀB = [0 8 2; 0 0 0; 0 2 1] has σ₁² + σ₂² = 73, σ₁σ₂ = 4 and σ₃ = 0.
        double sum = Math.sqrt(73 + 2 * 4);
        double gap = Math.sqrt(73 - 2 * 4);
        assertThat(mirrored.condition()).isCloseTo(2 * (sum + gap) / (sum - gap), offset(1e-12));
    }

    @Test
    void onlyOneRotationTurnsALine() {
        double[][] a = {{2}, {1}};
        double[][] b = {{-2}, {-1}};
        Procrustes.Result reflection = solve(a, b, Group.ORTHOGONAL);
        assertThat(reflection.rotation().get(0, 0)).isEqualTo(-1);
        assertThat(reflection.scale()).isEqualTo(5);
        assertThat(reflection.residual()).isZero();
        assertThat(reflection.condition()).isEqualTo(1);
        Procrustes.Result rotation = solve(a, b, Group.ROTATION);
        assertThat(rotation.rotation().get(0, 0)).isEqualTo(1);
        assertThat(rotation.scale()).isEqualTo(-5);
        assertThat(rotation.residual()).isCloseTo(2 * Math.sqrt(5), offset(1e-15));
    }

    @ParameterizedTest
    @CsvSource({"2,2", "3,3", "9,4", "4,9", "40,17", "80,70", "200,96", "130,130"})
    void recoversARotationAndAReflection(int m, int n) {
        double[][] a = Dense.gaussian(m, n, 5);
        for (Group group : Group.values()) {
            double[][] r = group == Group.ROTATION ? rotation(n) : Dense.orthogonal(n, 6);
            double[][] b = Dense.multiply(a, r);
            Matrix left = Dense.matrix(DType.F64, a);
            Matrix right = Dense.matrix(DType.F64, b);
            Procrustes.Result result = solve(left, right, group);
            check(result, left, right, group);
            assertThat(result.residual()).isLessThanOrEqualTo(4 * n * 0x1p-53 * Dense.frobenius(a));
            if (m >= n) {
                // B is rounded, AᵀB as well: both count in full in proportion to the condition.
                assertThat(Dense.distance(Dense.array(result.rotation()), r))
                        .isLessThanOrEqualTo(4 * Math.sqrt(n) * 0x1p-53 * result.condition());
            } else {
                assertThat(result.condition()).isGreaterThan(1e13);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"5,5", "12,6", "90,80"})
    void noRotationNearbyIsBetter(int m, int n) {
        double[][] a = Dense.gaussian(m, n, 1);
        double[][] b = Dense.gaussian(m, n, 2);
        for (int i = 0; i < 2; i++) {
            // Of the two, one has a reflection as its best orthogonal map.
            Matrix left = Dense.matrix(DType.F64, a);
            Matrix right = Dense.matrix(DType.F64, b);
            Procrustes.Result best = solve(left, right, Group.ORTHOGONAL);
            Procrustes.Result rotation = solve(left, right, Group.ROTATION);
            check(best, left, right, Group.ORTHOGONAL);
            check(rotation, left, right, Group.ROTATION);
            assertThat(best.residual()).isLessThanOrEqualTo(rotation.residual() * (1 + 1e-14));
            boolean isReflection = Orientation.isReversed(stream, best.rotation());
            assertThat(isReflection).isEqualTo(rotation.scale() < best.scale() * (1 - 1e-10));
            double[][] r = Dense.array(rotation.rotation());
            for (int k = 0; k < n - 1; k++) {
                double[][] turned = Dense.scaled(r, 1);
                double c = Math.cos(1e-3);
                double s = Math.sin(1e-3);
                for (double[] row : turned) {
                    double x = row[k];
                    row[k] = c * x - s * row[k + 1];
                    row[k + 1] = s * x + c * row[k + 1];
                }
                assertThat(Dense.frobenius(difference(Dense.multiply(a, turned), b)))
                        .isGreaterThan(rotation.residual());
            }
            for (double[] row : b) {
                row[0] = -row[0];
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyTypeIsSummedInF64(DType dtype) {
        double u = dtype.unitRoundoff();
        Matrix a = Dense.matrix(dtype, Dense.gaussian(50, 8, 3));
        Matrix b = Dense.matrix(dtype, Dense.multiply(Dense.array(a), rotation(8)));
        for (Group group : Group.values()) {
            Procrustes.Result result = solve(a, b, group);
            check(result, a, b, group);
            Matrix wide = Matrix.allocate(DType.F64, 8, 8);
            Procrustes.solve(stream, a, b, group, wide);
            assertThat(Dense.distance(Dense.array(result.rotation()), Dense.array(wide)))
                    .isLessThanOrEqualTo(u);
        }
    }

    @Test
    void solutionsExistWhereTheyAreNotUnique() {
        for (int n : new int[] {1, 2, 5, 70}) {
            for (Group group : Group.values()) {
                Matrix zero = Matrix.allocate(DType.F64, n + 1, n);
                Matrix b = Dense.matrix(DType.F64, Dense.gaussian(n + 1, n, 1));
                Procrustes.Result result = solve(zero, b, group);
                check(result, zero, b, group);
                assertThat(result.condition()).isGreaterThan(1e14);
                assertThat(result.scale()).isZero();
                // Equal singular values and a reflection: any axis may be mirrored.
                double[][] mirror = Dense.identity(n);
                mirror[0][0] = -1;
                Matrix one = Dense.matrix(DType.F64, Dense.identity(n));
                Procrustes.Result tied = solve(one, Dense.matrix(DType.F64, mirror), group);
                check(tied, one, Dense.matrix(DType.F64, mirror), group);
                if (group == Group.ROTATION) {
                    assertThat(tied.residual()).isCloseTo(2, offset(1e-14));
                    assertThat(n == 1 || tied.condition() > 1e13).isTrue();
                } else {
                    assertThat(tied.residual()).isZero();
                }
            }
        }
    }

    @Test
    void noRowsOrNoColumns() {
        Procrustes.Result rows =
                solve(Matrix.allocate(DType.F32, 0, 3), Matrix.allocate(DType.F32, 0, 3), Group.ROTATION);
        check(rows, Matrix.allocate(DType.F32, 0, 3), Matrix.allocate(DType.F32, 0, 3), Group.ROTATION);
        assertThat(rows.residual()).isZero();
        Matrix none = Matrix.allocate(DType.F64, 4, 0);
        Procrustes.Result columns = solve(none, none, Group.ORTHOGONAL);
        assertThat(columns.residual()).isZero();
        assertThat(columns.scale()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1e200,1e200", "1e-200,1e-200", "1e300,1e-300", "1e-308,1e150"})
    void anyMagnitude(double sizeA, double sizeB) {
        double[][] a = Dense.gaussian(9, 5, 7);
        double[][] b = Dense.gaussian(9, 5, 8);
        Procrustes.Result expected = solve(a, b, Group.ROTATION);
        Procrustes.Result result = solve(Dense.scaled(a, sizeA), Dense.scaled(b, sizeB), Group.ROTATION);
        // Scaling rounds each element once; below 10⁻³⁰⁷ to 2⁻¹⁰⁷⁵.
        double u = sizeA < 1e-307 ? 0x1p-1074 / sizeA : 0x1p-53;
        assertThat(Dense.distance(Dense.array(result.rotation()), Dense.array(expected.rotation())))
                .isLessThanOrEqualTo(8 * u * expected.condition());
        double residual = Dense.frobenius(difference(
                Dense.multiply(Dense.scaled(a, sizeA / Math.max(sizeA, sizeB)), Dense.array(expected.rotation())),
                Dense.scaled(b, sizeB / Math.max(sizeA, sizeB))));
        assertThat(result.residual() / Math.max(sizeA, sizeB)).isCloseTo(residual, offset(1e-13 * residual));
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void anyLayoutGivesTheSameBits(Layout layout) {
        for (DType dtype : new DType[] {DType.F32, DType.F64, DType.BF16}) {
            double[][] a = Dense.gaussian(9, 5, 1);
            double[][] b = Dense.gaussian(9, 5, 2);
            Procrustes.Result expected = solve(Dense.matrix(dtype, a), Dense.matrix(dtype, b), Group.ROTATION);
            Matrix out = layout.garbage(dtype, 5, 5);
            Procrustes.Result result =
                    Procrustes.solve(stream, layout.of(dtype, a), layout.of(dtype, b), Group.ROTATION, out);
            assertThat(Dense.array(out)).isDeepEqualTo(Dense.array(expected.rotation()));
            assertThat(result.residual()).isEqualTo(expected.residual());
            assertThat(result.scale()).isEqualTo(expected.scale());
        }
    }

    @Test
    void theOutputMayOverlapTheInputs() {
        double[][] a = Dense.gaussian(6, 6, 1);
        double[][] b = Dense.gaussian(6, 6, 2);
        Procrustes.Result expected = solve(a, b, Group.ORTHOGONAL);
        Matrix left = Dense.matrix(DType.F64, a);
        Procrustes.Result result = Procrustes.solve(stream, left, Dense.matrix(DType.F64, b), Group.ORTHOGONAL, left);
        assertThat(Dense.array(left)).isDeepEqualTo(Dense.array(expected.rotation()));
        assertThat(result.residual()).isEqualTo(expected.residual());
        Matrix right = Dense.matrix(DType.F64, b);
        Procrustes.solve(stream, Dense.matrix(DType.F64, a), right, Group.ORTHOGONAL, right.transposed());
        assertThat(Dense.array(right.transposed())).isDeepEqualTo(Dense.array(expected.rotation()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void rejectsWhatIsNotFinite(double bad) {
        for (DType dtype : DType.values()) {
            for (int n : new int[] {1, 4, 66}) {
                Matrix a = Dense.matrix(dtype, Dense.gaussian(n, n, 1));
                Matrix b = Matrix.allocate(dtype, n, n);
                a.set(n - 1, 0, bad);
                for (List<Matrix> operands : List.of(List.of(a, b), List.of(b, a))) {
                    assertThatThrownBy(() -> solve(operands.get(0), operands.get(1), Group.ROTATION))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("procrustes")
                            .hasMessageContaining("not finite");
                    stream.reset();
                }
            }
        }
    }

    @Test
    void waitsAsDocumentedAndLeavesNoGarbageThatGrows() {
        Waits waits = new Waits();
        for (int n : new int[] {20, 70}) {
            Matrix a = Dense.matrix(DType.F64, Dense.gaussian(80, n, 1));
            for (long seed : new long[] {2, 3}) {
                Matrix b = Dense.matrix(DType.F64, Dense.gaussian(80, n, seed));
                Matrix out = Matrix.allocate(DType.F64, n, n);
                Procrustes.solve(waits.stream(), a, b, Group.ROTATION, out);
                assertThat(waits.take()).isBetween(6, 12);
                long bytes = Garbage.perRun(50, 20, () -> {
                    Procrustes.solve(stream, a, b, Group.ROTATION, out);
                    stream.reset();
                });
                assertThat(bytes).isLessThanOrEqualTo(512);
            }
        }
    }

    @Test
    void rejectsWhatDoesNotFit() {
        Matrix a = Matrix.allocate(DType.F32, 3, 4);
        assertThatThrownBy(() -> solve(a, Matrix.allocate(DType.F32, 3, 5), Group.ROTATION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 x 4")
                .hasMessageContaining("3 x 5");
        assertThatThrownBy(() -> Procrustes.solve(stream, a, a, Group.ORTHOGONAL, Matrix.allocate(DType.F32, 3, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 x 4")
                .hasMessageContaining("3 x 3");
    }
}
