package org.isospin.rotation;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;

/** The last step of a map: the sum of its parts, rounded once to the output. */
final class Results {
    private Results() {}

    /**
     * out ← α·a + β·b + shift·I.
     *
     * @param stream where it runs
     * @param alpha α
     * @param a scratch
     * @param beta β
     * @param b scratch; may be a
     * @param shift added to the diagonal, last
     * @param out the output, of any type
     * @param spare scratch of a's type, for an out of another
     */
    static void write(
            ComputeStream stream,
            double alpha,
            Matrix a,
            double beta,
            Matrix b,
            double shift,
            Matrix out,
            Matrix spare) {
        boolean isDirect = out.dtype() == spare.dtype();
        stream.combine(alpha, a, beta, b, shift, isDirect ? out : spare);
        if (!isDirect) {
            stream.copy(spare, out);
        }
    }
}
