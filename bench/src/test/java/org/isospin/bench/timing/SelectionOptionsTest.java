package org.isospin.bench.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.Precision;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.problem.Operation;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Arguments to plans. */
class SelectionOptionsTest {
    private static Plan plan(String... arguments) {
        SelectionOptions options = new SelectionOptions();
        new CommandLine(CommandLine.Model.CommandSpec.create()
                        .addMixin("s", CommandLine.Model.CommandSpec.forAnnotatedObject(options)))
                .parseArgs(arguments);
        return options.plan(2, 7);
    }

    @Test
    void takesEverythingByDefault() {
        Plan plan = plan();
        assertThat(plan.operations()).containsExactlyElementsOf(Operation.standard());
        assertThat(plan.sizes()).containsExactly(64, 256, 1024);
        assertThat(plan.dtypes()).containsExactly(DType.F32, DType.F64);
        assertThat(plan.steps()).hasSize(14 * 3 * 2);
        assertThat(plan.seconds()).isLessThan(120);
        assertThat(plan("--quick").seconds()).isLessThan(25);
        assertThat(plan("--quick", "--seconds", "2.5").seconds()).isEqualTo(2.5);
        assertThat(plan.precision()).isEqualTo(Precision.STANDARD);
    }

    @Test
    void roundedFactorsAreOfProductsInF32Alone() {
        Plan plan = plan("--precision", "TF32", "--ops", "gemm,msign", "--dtypes", "f32");
        assertThat(plan.precision()).isEqualTo(Precision.TF32);
        assertThatThrownBy(() -> plan("--precision", "tf32", "--ops", "gemm,exp", "--dtypes", "f32"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("exp is not one of them");
        assertThatThrownBy(() -> plan("--precision", "bf16", "--ops", "gemm"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("about f32");
    }

    @Test
    void sortsSizesAndDropsWhatIsSaidTwice() {
        Plan plan = plan("--ops", "exp,gemm,EXP", "--sizes", "512, 16,512", "--dtypes", "bf16,F64,bf16");
        assertThat(plan.operations()).containsExactly(Operation.EXP, Operation.GEMM);
        assertThat(plan.sizes()).containsExactly(16, 512);
        assertThat(plan.dtypes()).containsExactly(DType.BF16, DType.F64);
        assertThat(plan.steps().getFirst()).isEqualTo(new Plan.Step(Operation.EXP, DType.BF16, 16));
        assertThat(plan.seed()).isEqualTo(7);
    }
}
