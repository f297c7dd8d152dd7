package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.reparam.BlockGenerators;
import org.isospin.reparam.BlockPartition;
import org.isospin.reparam.RoutedRotation;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rotations by expert against the rotation of each token alone, and their gradients. */
class RoutedRotationTest {
    private static final int[] ROUTES = {2, 0, 2, 2, 0, 3, 0};
    private static final int EXPERTS = 5;

    static Stream<BlockPartition> partitions() {
        return Stream.of(
                BlockPartition.covering(12, 4),
                BlockPartition.covering(13, 4),
                BlockPartition.covering(3, 8),
                BlockPartition.leading(10, 3, 2),
                BlockPartition.covering(5, 1));
    }

    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    private static RoutedRotation rotation(DType dtype, BlockPartition partition) {
        List<BlockGenerators> experts = new ArrayList<>();
        for (int e = 0; e < EXPERTS; e++) {
            BlockGenerators generators = BlockGenerators.allocate(dtype, partition);
            fill(generators.blocks().packed(), 2 * e + 1);
            fill(generators.rest().packed(), 2 * e + 2);
            experts.add(generators);
        }
        return new RoutedRotation(GeneratorMap.cayley(CayleyStep.FULL), experts);
    }

    private static void fill(Matrix m, long seed) {
        Dense.zero(m.rows(), m.columns())
                .plus(0.1, Generators.gaussian(m.rows(), m.columns(), seed))
                .to(m.dtype())
                .copyTo(m);
    }

    private Dense forward(RoutedRotation rotation, Dense x, int... routes) {
        Matrix y = Generators.garbage(Matrix.allocate(DType.F64, x.rows(), x.columns()));
        rotation.forward(iso, x.to(DType.F64), routes, y);
        return Dense.of(y);
    }

    @ParameterizedTest
    @MethodSource("partitions")
    void turnsEachTokenAsItsExpertDoesAlone(BlockPartition partition) {
        RoutedRotation rotation = rotation(DType.F64, partition);
        Dense x = Generators.gaussian(ROUTES.length, partition.order(), 1);
        Dense y = forward(rotation, x, ROUTES);
        // Sums of b products, for exact rotations of a row.
        double roundoff = 16 * (partition.blockSize() + 4) * DType.F64.unitRoundoff();
        for (int t = 0; t < ROUTES.length; t++) {
            Dense row = Dense.of(x.to(DType.F64).row(t));
            Dense turned = Dense.of(y.to(DType.F64).row(t));
            assertThat(turned.plus(-1, forward(rotation, row, ROUTES[t])).max())
                    .isLessThanOrEqualTo(roundoff * row.frobenius());
            assertThat(Math.abs(turned.frobenius() - row.frobenius())).isLessThanOrEqualTo(roundoff * row.frobenius());
            for (int j = partition.rotated(); j < partition.order(); j++) {
                assertThat(turned.get(0, j)).isEqualTo(row.get(0, j));
            }
        }
        if (partition.parameters() > 0) {
            assertThat(y.plus(-1, x).max()).isGreaterThan(0.01);
            assertThat(y.plus(-1, forward(rotation, x, 0, 0, 0, 0, 0, 0, 0)).max())
                    .isGreaterThan(0.01);
        }
    }

    @ParameterizedTest
    @MethodSource("partitions")
    void gradientsAreThoseOfTheFunction(BlockPartition partition) {
        RoutedRotation rotation = rotation(DType.F64, partition);
        int n = partition.order();
        Dense x = Generators.gaussian(ROUTES.length, n, 1);
        Dense g = Generators.gaussian(ROUTES.length, n, 2);
        Matrix dx = Generators.garbage(Matrix.allocate(DType.F64, ROUTES.length, n));
        List<BlockGenerators> gradients = rotation.allocateGradients();
        gradients.forEach(each -> Generators.garbage(each.blocks().packed()));
        gradients.forEach(each -> Generators.garbage(each.rest().packed()));
        rotation.backward(iso, x.to(DType.F64), ROUTES, g.to(DType.F64), dx, gradients);
        DerivativeLaws.vjp(
                        "routed rotation by x",
                        v -> forward(rotation, v, ROUTES),
                        x,
                        Generators.gaussian(ROUTES.length, n, 3),
                        g,
                        Dense.of(dx))
                .orThrow();
        for (int e = 0; e < EXPERTS; e++) {
            check(
                    rotation,
                    x,
                    g,
                    rotation.experts().get(e).blocks().packed(),
                    gradients.get(e).blocks().packed());
            check(
                    rotation,
                    x,
                    g,
                    rotation.experts().get(e).rest().packed(),
                    gradients.get(e).rest().packed());
        }
        // Experts 1 and 4 have no token.
        assertThat(Dense.of(gradients.get(1).blocks().packed()).max()).isZero();
        assertThat(Dense.of(gradients.get(4).rest().packed()).max()).isZero();
    }

    private void check(RoutedRotation rotation, Dense x, Dense g, Matrix own, Matrix gradient) {
        Dense at = Dense.of(own);
        Dense direction =
                Dense.zero(own.rows(), own.columns()).plus(0.2, Generators.gaussian(own.rows(), own.columns(), 9));
        DerivativeLaws.vjp(
                        "routed rotation by generators",
                        v -> {
                            v.to(DType.F64).copyTo(own);
                            return forward(rotation, x, ROUTES);
                        },
                        at,
                        direction,
                        g,
                        Dense.of(gradient))
                .orThrow();
        at.to(DType.F64).copyTo(own);
    }

    @Test
    void zeroGeneratorsLeaveTokensBitForBit() {
        for (String backend : Backends.available()) {
            for (DType dtype : DType.values()) {
                BlockPartition partition = BlockPartition.covering(9, 4);
                RoutedRotation rotation = new RoutedRotation(
                        GeneratorMap.cayleyNeumann(3, CayleyStep.FULL),
                        List.of(
                                BlockGenerators.allocate(dtype, partition),
                                BlockGenerators.allocate(dtype, partition)));
                Matrix x = Generators.gaussian(4, 9, 1).to(dtype);
                Matrix y = Generators.garbage(Matrix.allocate(dtype, 4, 9));
                rotation.forward(Backends.shared(backend), x, new int[] {1, 0, 1, 1}, y);
                Bits.assertSame(y, x);
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        RoutedRotation rotation = rotation(DType.F32, BlockPartition.covering(6, 2));
        Matrix x = Matrix.allocate(DType.F32, 2, 6);
        assertThatThrownBy(() -> rotation.forward(iso, x, new int[] {0, 5}, x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token 1 is routed to expert 5");
        assertThatThrownBy(() -> rotation.forward(iso, x, new int[] {0}, x)).hasMessageContaining("1 x 6");
        assertThatThrownBy(() -> rotation.backward(iso, x, new int[] {0, 1}, x, x, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be 5 of");
        assertThatThrownBy(() -> new RoutedRotation(GeneratorMap.cayley(CayleyStep.FULL), List.of()))
                .hasMessageContaining("not 0");
    }
}
