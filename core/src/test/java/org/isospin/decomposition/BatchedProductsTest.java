package org.isospin.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.backend.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchedProductsTest {
    private final Isospin iso = Isospin.on(new ReferenceBackend());

    @AfterEach
    void close() {
        iso.close();
    }

    private static MatrixBatch counted(DType dtype, int count, int rows, int columns) {
        MatrixBatch batch = MatrixBatch.allocate(dtype, count, rows, columns);
        for (int k = 0; k < count; k++) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    // Small whole numbers: every type holds the products exactly.
                    batch.get(k).set(i, j, (k + 2 * i + 3 * j) % 5 - 2);
                }
            }
        }
        return batch;
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyMatrixIsItsProduct(DType dtype) {
        MatrixBatch a = counted(dtype, 4, 3, 5);
        MatrixBatch b = counted(dtype, 4, 2, 5);
        MatrixBatch out = MatrixBatch.allocate(dtype, 4, 3, 2);
        Products.multiplyBatched(iso, 2, a, b.transposed(), out);
        for (int k = 0; k < 4; k++) {
            Matrix alone = Matrix.allocate(dtype, 3, 2);
            iso.multiply(a.get(k), b.get(k).transposed(), alone);
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 2; j++) {
                    assertThat(out.get(k).get(i, j)).isEqualTo(2 * alone.get(i, j));
                }
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        MatrixBatch a = counted(DType.F32, 4, 3, 5);
        MatrixBatch out = MatrixBatch.allocate(DType.F32, 4, 3, 2);
        assertThatThrownBy(() -> Products.multiplyBatched(iso, 1, a, counted(DType.F32, 3, 5, 2), out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 matrices a, 3 matrices b");
        assertThatThrownBy(() -> Products.multiplyBatched(iso, 1, a, counted(DType.F32, 4, 4, 2), out))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Products.multiplyBatched(iso, 1, a, counted(DType.F64, 4, 5, 2), out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("F32 and F64");
        assertThatThrownBy(() -> Products.multiplyBatched(iso, 1, a, counted(DType.F32, 4, 5, 3), out))
                .isInstanceOf(IllegalArgumentException.class);
        Products.multiplyBatched(
                iso,
                1,
                MatrixBatch.allocate(DType.F32, 0, 3, 5),
                MatrixBatch.allocate(DType.F32, 0, 5, 2),
                MatrixBatch.allocate(DType.F32, 0, 3, 2));
    }
}
