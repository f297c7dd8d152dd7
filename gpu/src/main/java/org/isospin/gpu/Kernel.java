package org.isospin.gpu;

/** The kernels of {@code kernels.cu}, under the names that its module has. */
enum Kernel {
    COPY("copy"),
    FILL("fill"),
    SCALE("scale"),
    SCALE_BY_CELL("scaleByCell"),
    COMBINE("combine"),
    SHIFT("shift"),
    DIVIDE("divide"),
    MULTIPLY("multiply"),
    DIVIDE_BY_ROOT("divideByRoot"),
    PAIR_POTENTIAL("pairPotential"),
    WEIGH("weigh"),
    FLIP("flip"),
    COPY_IF_FINITE("copyIfFinite"),
    GATHER("gather"),
    MIRROR("mirror"),
    SYMMETRIZE("symmetrize"),
    UNPACK_SKEW("unpackSkew"),
    PACK_SKEW("packSkew"),
    COPY_TRIANGLE("copyTriangle"),
    GAUSSIAN("gaussian"),
    ROUND_STOCHASTICALLY("roundStochastically"),
    QUANTIZE_ROWS("quantizeRows"),
    DEQUANTIZE_ROWS("dequantizeRows"),
    REDUCE_STRIPS("reduceStrips"),
    REDUCE_FINISH("reduceFinish"),
    FROBENIUS("frobenius"),
    COLUMN_SUMS("columnSums"),
    SOLVE_COLUMNS("solveColumns"),
    SWAP_ROWS("swapRows"),
    LU_PANEL("luPanel"),
    CHOLESKY_PANEL("choleskyPanel"),
    QR_PANEL("qrPanel"),
    RESOLVENT_DELTA("resolventDelta"),
    SET_CELL("setCell"),
    CELL_OP("cellOp"),
    REPORT_INFO("reportInfo"),
    REPORT_FAILURE("reportFailure"),
    REPORT_PIVOTS("reportPivots"),
    FROM_ONE("fromOne");

    private final String symbol;

    Kernel(String symbol) {
        this.symbol = symbol;
    }

    /** {@return its name in the module} */
    String symbol() {
        return symbol;
    }
}
