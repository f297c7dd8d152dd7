package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.reparam.BaseStorage;
import org.isospin.reparam.BaseStorage.ZeroPoint;
import org.isospin.reparam.EightBitMatrix;
import org.isospin.reparam.OftLayer;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetOptions;
import org.isospin.reparam.Primitive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Matrices in 8 bits: how far off they are, for groups of any size and place, and layers on them. */
class EightBitMatrixTest {
    private static Dense read(Isospin iso, EightBitMatrix bits, Matrix like) {
        Matrix out = Generators.garbage(Matrix.allocate(like.dtype(), like.rows(), like.columns()));
        bits.read(iso, out);
        return Dense.of(out);
    }

    /** Half of a scale, rounding of scale, offset and sum; the least element of a group is exact. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 16, 1000})
    void isOffByHalfALevelAtMost(int group) {
        for (String backend : Backends.available()) {
            Isospin iso = Backends.shared(backend);
            for (DType dtype : DType.values()) {
                for (double shift : new double[] {0, 30, -30}) {
                    Matrix m = shifted(Generators.gaussian(7, 9, 1), shift).to(dtype);
                    EightBitMatrix bits = EightBitMatrix.of(iso, new BaseStorage.EightBit(group, ZeroPoint.FREE), m);
                    int size = group == 0 ? 9 : group;
                    assertThat(bits.groups()).isEqualTo((63 + size - 1) / size);
                    Dense read = read(iso, bits, m);
                    double u = dtype.unitRoundoff();
                    for (int e = 0; e < 63; e++) {
                        double x = m.get(e / 9, e % 9);
                        double rounding = 4 * u * (Math.abs(shift) + 4);
                        double bound = 0.5 * bits.scale(e / size) + rounding;
                        assertThat(Math.abs(read.get(e / 9, e % 9) - x)).isLessThanOrEqualTo(bound);
                        assertThat(bits.offset(e / size)).isLessThanOrEqualTo(x);
                    }
                }
            }
        }
    }

    private static Dense shifted(Dense m, double shift) {
        Dense out = Dense.zero(m.rows(), m.columns());
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                out.set(i, j, m.get(i, j) + shift);
            }
        }
        return out;
    }

    /** Weights in [1, 1.1] come back as 0.1 where a level is zero, and as themselves where none has to be. */
    @Test
    void thePublishedZeroPointCutsOffAGroupOnOneSideOfZero() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Dense m = Dense.zero(1, 8);
        for (int j = 0; j < 8; j++) {
            m.set(0, j, 1 + 0.1 * j / 7);
        }
        Matrix w = m.to(DType.F64);
        Dense clamped = read(iso, EightBitMatrix.of(iso, new BaseStorage.EightBit(8, ZeroPoint.CLAMPED), w), w);
        Dense free = read(iso, EightBitMatrix.of(iso, new BaseStorage.EightBit(8, ZeroPoint.FREE), w), w);
        for (int j = 0; j < 8; j++) {
            assertThat(clamped.get(0, j)).isBetween(0.0999, 0.1001);
            assertThat(Math.abs(free.get(0, j) - m.get(0, j))).isLessThanOrEqualTo(0.1 / 510 + 0x1p-50);
        }
    }

    @Test
    void equalElementsAndExtremesAndWhatIsNotFinite() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        for (double value : new double[] {0, -3, 1e-300, 1e300}) {
            Matrix w = shifted(Dense.zero(3, 5), value).to(DType.F64);
            assertThat(read(iso, EightBitMatrix.of(iso, BaseStorage.EightBit.DEFAULT, w), w)
                            .hasBitsOf(Dense.of(w)))
                    .isTrue();
        }
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            Matrix w = Generators.gaussian(2, 4, 1).to(DType.F32);
            w.set(1, 2, bad);
            Dense read = read(iso, EightBitMatrix.of(iso, new BaseStorage.EightBit(0, ZeroPoint.FREE), w), w);
            assertThat(Double.isFinite(read.get(0, 2))).isTrue();
            assertThat(read.isFinite()).isFalse();
        }
        Matrix empty = Matrix.allocate(DType.F32, 0, 4);
        assertThat(EightBitMatrix.of(iso, BaseStorage.EightBit.DEFAULT, empty).groups())
                .isZero();
        assertThatThrownBy(() -> new BaseStorage.EightBit(-1, ZeroPoint.FREE)).hasMessageContaining("not -1");
    }

    /** The function of the rounded base; a merge rounds once more, to half a level of every element. */
    @Test
    void aLayerComputesWithWhatIsStored() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Matrix w = Generators.gaussian(12, 10, 1).to(DType.F32);
        PoetOptions options = PoetOptions.DEFAULT
                .withPrimitive(Primitive.blockStochastic(4))
                .withBase(new BaseStorage.EightBit(16, ZeroPoint.FREE));
        PoetLayer layer = PoetLayer.of(iso, options, w);
        // 120 codes; 8 groups of two F32 numbers.
        assertThat(layer.baseBytes()).isEqualTo(120 + 8 * 8);
        Dense stored = weight(layer);
        // Groups of Gaussian numbers have ranges below 8.
        double half = 8.0 / 510;
        assertThat(stored.plus(-1, Dense.of(w)).max()).isLessThanOrEqualTo(half);
        Matrix g = layer.parameters().generators().getFirst();
        Dense.zero(g.rows(), g.columns())
                .plus(0.05, Generators.gaussian(g.rows(), g.columns(), 2))
                .to(DType.F32)
                .copyTo(g);
        Dense turned = weight(layer);
        Matrix x = Generators.gaussian(3, 10, 3).to(DType.F32);
        Matrix y = Matrix.allocate(DType.F32, 3, 12);
        layer.forward(x, y);
        double rounding = 64 * DType.F32.unitRoundoff() * turned.frobenius();
        assertThat(Dense.of(y).plus(-1, Dense.of(x).times(turned.transposed())).max())
                .isLessThanOrEqualTo(rounding * 4);
        layer.merge();
        assertThat(weight(layer).plus(-1, turned).max()).isLessThanOrEqualTo(half + rounding);
    }

    /** QOFT: inputs are turned and the codes never written; what is merged elsewhere has their values turned. */
    @Test
    void anOftLayerTurnsWhatIsStored() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Dense w = Generators.gaussian(9, 12, 1);
        OftOptions options = OftOptions.DEFAULT.withBlocks(4, 1).withBase(new BaseStorage.EightBit(16, ZeroPoint.FREE));
        OftLayer layer = OftLayer.of(iso, options, w.to(DType.F64));
        // 108 codes, the last 12 a group of their own; 7 groups of two F64 numbers.
        assertThat(layer.baseBytes()).isEqualTo(108 + 7 * 16);
        Matrix base = Generators.garbage(Matrix.allocate(DType.F64, 9, 12));
        layer.base(base);
        Dense stored = Dense.of(base);
        // Groups of Gaussian numbers have ranges below 8.
        assertThat(stored.plus(-1, w).max()).isLessThanOrEqualTo(8.0 / 510).isPositive();
        Matrix g = layer.parameters().generators().getFirst();
        Dense.zero(g.rows(), g.columns())
                .plus(0.1, Generators.gaussian(g.rows(), g.columns(), 2))
                .to(DType.F64)
                .copyTo(g);
        Dense x = Generators.gaussian(3, 12, 3);
        Matrix y = Generators.garbage(Matrix.allocate(DType.F64, 3, 9));
        layer.forward(x.to(DType.F64), y);
        OftLayer plain = OftLayer.of(iso, options.withBase(new BaseStorage.Plain()), base);
        g.copyTo(plain.parameters().generators().getFirst());
        Matrix expected = Generators.garbage(Matrix.allocate(DType.F64, 3, 9));
        plain.forward(x.to(DType.F64), expected);
        Bits.assertSame(y, expected);
        Matrix after = Generators.garbage(Matrix.allocate(DType.F64, 9, 12));
        layer.base(after);
        Bits.assertSame(after, base);
    }

    private static Dense weight(PoetLayer layer) {
        Matrix out = Generators.garbage(Matrix.allocate(layer.dtype(), layer.outputs(), layer.inputs()));
        layer.weight(out);
        return Dense.of(out);
    }
}
