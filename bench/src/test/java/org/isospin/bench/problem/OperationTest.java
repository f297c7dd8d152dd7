package org.isospin.bench.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.isospin.DType;
import org.junit.jupiter.api.Test;

/** Names and flop counts. */
class OperationTest {
    @Test
    void countsFlops() {
        assertThat(Operation.GEMM.flops(10, DType.F32)).isEqualTo(2000);
        assertThat(Operation.GEMMT.flops(10, DType.F64)).isEqualTo(1000);
        assertThat(Operation.EXP.flops(10, DType.F32)).isEqualTo(6000);
        assertThat(Operation.EXP.flops(10, DType.F64)).isEqualTo(8000);
        assertThat(Operation.EXP.flops(10, DType.BF16)).isEqualTo(6000);
        assertThat(Operation.MSIGN.flops(10, DType.F32))
                .as("5 steps of ½ + ½ + 1 products")
                .isEqualTo(20_000);
        assertThat(Operation.INVERSE.flops(3000, DType.F32)).as("beyond int").isEqualTo(5.4e10);
    }

    @Test
    void isFoundByName() {
        for (Operation operation : Operation.values()) {
            assertThat(Operation.of(operation.title())).contains(operation);
        }
        assertThat(Operation.of("GEMM")).contains(Operation.GEMM);
        assertThat(Operation.of("banana")).isEmpty();
        assertThat(Arrays.stream(Operation.values()).map(Operation::title)).doesNotHaveDuplicates();
    }
}
