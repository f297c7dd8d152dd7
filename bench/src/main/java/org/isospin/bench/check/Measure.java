package org.isospin.bench.check;

import java.io.IOException;
import java.util.List;
import org.isospin.Isospin;
import org.isospin.checkpoint.TensorView;

/** Something to measure of each matrix of a file. */
interface Measure {
    /** {@return its name in reports} */
    String name();

    /** {@return the headings of the figures} */
    List<String> columns();

    /** Fails if an option makes no sense. */
    void validate();

    /** Prepares what the measure needs beside the matrices, before the first is measured. */
    void open(List<TensorView> matrices) throws IOException;

    /** {@return the figures of a matrix} */
    Row measure(Isospin iso, TensorView tensor);

    /** Gives back what was opened; idempotent. */
    void close();
}
