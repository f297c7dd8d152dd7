package org.isospin.backend;

import static org.assertj.core.api.Assertions.assertThat;

import org.isospin.DType;
import org.isospin.Matrix;
import org.junit.jupiter.api.Test;

class WorkspaceTest {
    private int allocations;

    private final Workspace workspace = new Workspace((dtype, elements) -> {
        allocations++;
        return Matrix.allocate(dtype, 1, elements);
    });

    @Test
    void matricesOfOneUseDoNotOverlap() {
        Matrix[] all = new Matrix[40];
        for (int i = 0; i < all.length; i++) {
            all[i] = workspace.matrix(i % 3 == 0 ? DType.F64 : DType.F32, i, 2 * i + 1);
        }
        for (int i = 0; i < all.length; i++) {
            for (int j = 0; j < i; j++) {
                assertThat(all[i].overlaps(all[j])).isFalse();
            }
        }
    }

    @Test
    void releaseGivesMemoryBackInTheOrderOfAStack() {
        Matrix outer = workspace.matrix(DType.F64, 10, 10);
        workspace.mark();
        Matrix first = workspace.matrix(DType.F64, 5, 5);
        workspace.release();
        workspace.mark();
        Matrix second = workspace.matrix(DType.F64, 5, 5);
        workspace.release();
        assertThat(second.byteOffset()).isEqualTo(first.byteOffset());
        assertThat(second.overlaps(outer)).isFalse();
    }

    @Test
    void theSameCallFindsTheSameObjectsAndAllocatesNothing() {
        Matrix[] before = use();
        int allocated = allocations;
        workspace.reset();
        Matrix[] after = use();
        assertThat(allocations).isEqualTo(allocated);
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isSameAs(before[i]);
        }
    }

    private Matrix[] use() {
        Matrix large = workspace.matrix(DType.F64, 100, 100);
        Matrix block = workspace.view(large, 3, 4, 20, 30);
        Matrix turned = workspace.view(large.transposed(), 3, 4, 20, 30);
        Matrix half = workspace.matrix(DType.BF16, 7, 9);
        return new Matrix[] {large, block, turned, half};
    }

    @Test
    void aChangedShapeGetsItsOwnObject() {
        Matrix before = workspace.matrix(DType.F32, 4, 4);
        workspace.reset();
        Matrix after = workspace.matrix(DType.F32, 2, 8);
        assertThat(after.rows()).isEqualTo(2);
        assertThat(after).isNotSameAs(before);
    }
}
