package org.isospin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SkewMatrixTest {
    @Test
    void packingRunsAlongTheRowsOfTheUpperTriangle() {
        Matrix dense = Matrix.wrap(new double[] {0, 1, 2, -1, 0, 3, -2, -3, 0}, 3, 3);
        SkewMatrix skew = SkewMatrix.copyOf(dense);
        assertThat(skew.packed().get(0, 0)).isEqualTo(1);
        assertThat(skew.packed().get(0, 1)).isEqualTo(2);
        assertThat(skew.packed().get(0, 2)).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                assertThat(skew.get(i, j)).isEqualTo(dense.get(i, j));
                assertThat(skew.toDense().get(i, j)).isEqualTo(dense.get(i, j));
            }
        }
    }

    @Test
    void asymmetryIsRejectedWithItsDefect() {
        Matrix dense = Matrix.wrap(new double[] {0, 1, -1.5, 0}, 2, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SkewMatrix.copyOf(dense))
                .withMessageContaining("(0,1) = 1.0")
                .withMessageContaining("0.500")
                .withMessageContaining("project");
        Matrix diagonal = Matrix.wrap(new double[] {1e-300, 1, -1, 0}, 2, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> SkewMatrix.copyOf(diagonal));
        assertThatIllegalArgumentException().isThrownBy(() -> SkewMatrix.copyOf(Matrix.allocate(DType.F32, 2, 3)));
    }

    @Test
    void projectionTakesTheSkewPart() {
        Matrix dense = Matrix.wrap(new float[] {5, 1, 4, 7}, 2, 2);
        assertThat(SkewMatrix.project(dense).get(0, 1)).isEqualTo(-1.5);
    }

    @Test
    void smallOrders() {
        assertThat(SkewMatrix.packedLength(0)).isZero();
        assertThat(SkewMatrix.packedLength(1)).isZero();
        assertThat(SkewMatrix.packedLength(65536)).isEqualTo(2147450880);
        assertThat(SkewMatrix.allocate(DType.F64, 0).toDense().elements()).isZero();
        assertThat(SkewMatrix.allocate(DType.F64, 1).get(0, 0)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> SkewMatrix.wrap(3, Matrix.allocate(DType.F64, 1, 4)));
    }

    @Test
    void aBatchHoldsOnePackedMatrixARow() {
        SkewBatch batch = SkewBatch.wrap(3, Matrix.wrap(new float[] {1, 2, 3, 4, 5, 6}, 2, 3));
        assertThat(batch.count()).isEqualTo(2);
        assertThat(batch.get(1).get(1, 2)).isEqualTo(6);
        assertThat(batch.get(1).get(2, 0)).isEqualTo(-5);
        assertThatIllegalArgumentException().isThrownBy(() -> SkewBatch.wrap(4, Matrix.allocate(DType.F32, 2, 3)));
    }

    @Test
    void matrixBatchesStepByTheirStride() {
        MatrixBatch batch = MatrixBatch.allocate(DType.F64, 3, 2, 2);
        batch.get(2).set(1, 0, 8);
        assertThat(batch.transposed().get(2).get(0, 1)).isEqualTo(8);
        assertThat(batch.get(1).get(1, 0)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> MatrixBatch.wrap(batch.first().storage(), 0, DType.F64, 4, 2, 2, 2, Order.ROW_MAJOR, 4));
        assertThat(MatrixBatch.allocate(DType.F32, 0, 2, 2).count()).isZero();
    }
}
