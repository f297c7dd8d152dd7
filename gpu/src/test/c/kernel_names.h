/* The kernels of kernels.cu that a module may have. */
#define KERNEL_NAMES(each)                                                                                          \
    each(copy) each(fill) each(scale) each(scaleByCell) each(combine) each(shift) each(divide)                      \
    each(multiply) each(divideByRoot) each(pairPotential) each(weigh) each(flip) each(copyIfFinite)                 \
    each(gather) each(mirror) each(symmetrize) each(unpackSkew) each(packSkew) each(copyTriangle)                   \
    each(gaussian) each(roundStochastically) each(quantizeRows) each(dequantizeRows) each(reduceStrips) each(reduceFinish) each(frobenius)                  \
    each(columnSums) each(solveColumns) each(swapRows) each(luPanel) each(choleskyPanel) each(qrPanel)              \
    each(resolventDelta) each(setCell) each(cellOp) each(reportInfo) each(reportFailure) each(reportPivots)         \
    each(fromOne)
