package org.isospin.placement;

import org.isospin.DType;

/**
 * Where a call with operands in host memory would be computed, and why: what {@link org.isospin.Isospin#plan} tells without
 * running it.
 *
 * @param operation the operation
 * @param rows m, of the operand, or of the output where there is none
 * @param columns n
 * @param dtype the elements' type
 * @param backend the name of the backend that would compute it
 * @param hostSeconds predicted on the processor; NaN if unknown
 * @param deviceSeconds predicted on the device with operands and results there; NaN if unknown
 * @param transferSeconds predicted for their way there and back; NaN if unknown
 * @param reason why it would be computed there, in one sentence
 */
public record Plan(
        Operation operation,
        int rows,
        int columns,
        DType dtype,
        String backend,
        double hostSeconds,
        double deviceSeconds,
        double transferSeconds,
        String reason) {
    /** {@return the seconds predicted on the device, transfers included; NaN if unknown} */
    public double deviceSecondsWithTransfers() {
        return deviceSeconds + transferSeconds;
    }

    /** {@return the plan in one line} */
    @Override
    public String toString() {
        return operation.title() + " " + dtype + " " + rows + " x " + columns + ": " + backend + ", because " + reason;
    }
}
