package org.isospin.simd;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.PairPotential;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.SwapDirection;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;

/** One call of every kernel that is not a product, on operands of any memory, so that streams can be compared. */
final class KernelCalls {
    /** Where operands come from. */
    @FunctionalInterface
    interface Memory {
        Matrix allocate(DType dtype, int rows, int columns);
    }

    /** A call of one kernel; its outputs are what it returns. */
    @FunctionalInterface
    private interface Call {
        Matrix[] run(ComputeStream stream, Operands operands);
    }

    /** Operands of one shape and type with fixed elements. */
    private record Operands(Memory memory, DType dtype, int rows, int columns, long seed) {
        Matrix matrix(int which) {
            return fill(memory.allocate(dtype, rows, columns), which);
        }

        Matrix square(int which) {
            return fill(memory.allocate(dtype, columns, columns), which);
        }

        /** As square as the shape allows, with a large diagonal: well conditioned. */
        Matrix dominant(int which) {
            Matrix m = square(which);
            for (int i = 0; i < columns; i++) {
                m.set(i, i, 4 * columns + i);
            }
            return m;
        }

        Matrix tall(int which) {
            return fill(memory.allocate(dtype, Math.max(rows, columns), Math.min(rows, columns)), which);
        }

        private Matrix fill(Matrix m, int which) {
            Matrices.randomise(m, 2 * (seed + which));
            return m;
        }

        Matrix empty() {
            return memory.allocate(dtype, rows, columns);
        }
    }

    private static final SequencedMap<String, Call> CALLS = new LinkedHashMap<>();

    static {
        products();
        elementwise();
        symmetric();
        reductions();
        panels();
    }

    private KernelCalls() {}

    private static Matrix[] of(Matrix... outputs) {
        return outputs;
    }

    private static Matrix number(double value) {
        return Matrix.wrap(new double[] {value}, 1, 1);
    }

    private static void products() {
        CALLS.put("gemm", (s, o) -> {
            Matrix c = o.square(2);
            s.gemm(s.arithmetic(o.dtype()), 0.7, o.matrix(0).transposed(), o.matrix(1), -1.3, c, c);
            return of(c);
        });
        for (boolean isWide : new boolean[] {false, true}) {
            CALLS.put("vector product" + (isWide ? " summed in F64" : ""), (s, o) -> {
                Arithmetic arithmetic = isWide ? Arithmetic.accumulatingF64(o.dtype()) : s.arithmetic(o.dtype());
                Matrix a = o.matrix(0);
                Matrix v = o.memory().allocate(o.dtype(), 1, o.columns());
                Matrix w = o.memory().allocate(o.dtype(), o.rows(), 1);
                Matrices.randomise(v, o.seed());
                s.gemm(arithmetic, 1, a, v.transposed(), 0, w, w);
                s.gemm(arithmetic, -0.7, w.transposed(), a, 0.3, v, v);
                Matrix out = o.memory().allocate(o.dtype(), o.rows(), 1);
                s.gemm(arithmetic, 1.1, a, v.transposed(), -1, w, out);
                return of(w, v, out);
            });
        }
    }

    private static void elementwise() {
        CALLS.put("copy", (s, o) -> {
            Matrix turned = o.memory().allocate(DType.F64, o.columns(), o.rows());
            Matrix out = o.empty();
            s.copy(o.matrix(0).transposed(), turned);
            s.copy(turned.transposed(), out);
            return of(turned, out);
        });
        CALLS.put("fill", (s, o) -> {
            Matrix out = o.matrix(0);
            s.fill(out, 0.3);
            return of(out);
        });
        CALLS.put("scale", (s, o) -> {
            Matrix out = o.empty();
            s.scale(0.3, o.matrix(0), out);
            Scalar third = s.scalar();
            s.set(third, 1 / 3.0);
            s.scale(third, out, out);
            return of(out);
        });
        CALLS.put("combine", (s, o) -> {
            Matrix out = o.empty();
            s.combine(0.3, o.matrix(0), -1.7, o.matrix(1), 0.7, out);
            s.addDiagonal(0.1, out);
            return of(out);
        });
        CALLS.put("multiply", (s, o) -> {
            Matrix out = o.empty();
            s.multiply(o.matrix(0), o.matrix(1), out);
            return of(out);
        });
        CALLS.put("divideByRoot", (s, o) -> {
            Matrix out = o.empty();
            Matrix squares = o.empty();
            s.multiply(o.matrix(1), o.matrix(1), squares);
            s.divideByRoot(0.3, o.matrix(0), 1.7, squares, 1e-8, out);
            return of(out);
        });
        for (PairPotential.Measure measure : PairPotential.Measure.values()) {
            CALLS.put("pair potential of " + measure, (s, o) -> {
                PairPotential potential =
                        new PairPotential(measure, PairPotential.Points.WITH_ANTIPODES, 1, 1e-7, 1e-3);
                Matrix values = o.empty();
                Matrix slopes = o.matrix(0);
                s.pairPotential(potential, slopes, values);
                s.pairSlope(potential, slopes, slopes);
                return of(values, slopes);
            });
        }
        CALLS.put("copyIfFinite", (s, o) -> {
            Matrix out = o.matrix(0);
            Scalar guard = s.scalar();
            s.copyIfFinite(guard, o.matrix(1), out);
            Matrix untouched = o.matrix(0);
            s.set(guard, Double.NaN);
            s.copyIfFinite(guard, o.matrix(1), untouched);
            s.set(guard, Double.POSITIVE_INFINITY);
            s.copyIfFinite(guard, o.matrix(1), untouched);
            return of(out, untouched);
        });
        CALLS.put("flipColumns", (s, o) -> {
            Matrix out = o.empty();
            Matrix signs = o.memory().allocate(o.dtype(), 1, o.columns());
            Matrices.randomise(signs, o.seed());
            s.flipColumns(o.matrix(0), signs, out);
            return of(out);
        });
        CALLS.put("copyDiagonal", (s, o) -> {
            Matrix out = o.memory().allocate(DType.F32, 1, Math.min(o.rows(), o.columns()));
            s.copyDiagonal(o.matrix(0), out);
            return of(out);
        });
        CALLS.put("roundStochastically", (s, o) -> {
            Matrix out = o.memory().allocate(DType.BF16, o.columns(), o.rows());
            Matrix half = o.memory().allocate(DType.F16, o.rows(), o.columns());
            s.roundStochastically(o.seed(), o.matrix(0), out.transposed());
            s.roundStochastically(o.seed(), o.matrix(0), half);
            return of(out, half);
        });
        CALLS.put("gaussian", (s, o) -> {
            Matrix out = o.empty();
            s.gaussian(o.seed(), out);
            return of(out);
        });
    }

    private static void symmetric() {
        for (Symmetry symmetry : Symmetry.values()) {
            CALLS.put("symmetrize " + symmetry, (s, o) -> {
                Matrix m = o.square(0);
                Matrix out = o.square(1);
                s.symmetrize(symmetry, m, out);
                s.symmetrize(symmetry, m, m);
                return of(out, m);
            });
        }
        CALLS.put("packSkew", (s, o) -> {
            SkewMatrix packed = SkewMatrix.allocate(o.dtype(), o.columns());
            Matrix out = o.square(1);
            s.packSkew(o.square(0), packed);
            s.unpackSkew(packed, out);
            return of(packed.packed(), out);
        });
        for (Triangle triangle : Triangle.values()) {
            CALLS.put("copyTriangle " + triangle, (s, o) -> {
                Matrix out = o.square(1);
                s.copyTriangle(triangle, o.square(0), out);
                return of(out);
            });
        }
    }

    private static void reductions() {
        for (Reduction reduction : Reduction.values()) {
            CALLS.put(reduction.toString(), (s, o) -> {
                Scalar out = s.scalar();
                s.reduce(reduction, o.matrix(0), out);
                return of(number(s.read(out)));
            });
        }
        CALLS.put("dot", (s, o) -> {
            Scalar out = s.scalar();
            s.dot(o.matrix(0), o.matrix(1), out);
            return of(number(s.read(out)));
        });
    }

    private static void panels() {
        for (Triangle triangle : Triangle.values()) {
            CALLS.put("triangularSolve " + triangle, (s, o) -> {
                Matrix b = o.matrix(1).transposed();
                s.triangularSolve(triangle, o.dominant(0), b);
                return of(b);
            });
        }
        CALLS.put("luPanel", (s, o) -> {
            Matrix a = o.tall(0);
            Indices pivots = s.indices(a.columns());
            Scalar status = s.scalar();
            s.luPanel(a, pivots, 0, status);
            Matrix b = o.tall(1);
            s.swapRows(b, pivots, 0, a.columns(), SwapDirection.FORWARD);
            return of(a, b, number(s.read(status)));
        });
        CALLS.put("choleskyPanel", (s, o) -> {
            Matrix a = o.dominant(0);
            Scalar status = s.scalar();
            s.choleskyPanel(a, 0, status);
            return of(a, number(s.read(status)));
        });
        CALLS.put("qrPanel", (s, o) -> {
            Matrix a = o.tall(0);
            Matrix t = o.memory().allocate(o.dtype(), a.columns(), a.columns());
            s.qrPanel(a, t);
            return of(a, t);
        });
        CALLS.put("resolventDelta", (s, o) -> {
            Matrix x = o.square(0);
            s.symmetrize(Symmetry.SKEW, x, x);
            s.resolventDelta(x);
            return of(x);
        });
        CALLS.put("jacobiSvd", (s, o) -> {
            Matrix a = o.tall(0);
            Matrix u = o.memory().allocate(o.dtype(), a.rows(), a.columns());
            Matrix values = o.memory().allocate(o.dtype(), 1, a.columns());
            Matrix v = o.memory().allocate(o.dtype(), a.columns(), a.columns());
            Scalar status = s.scalar();
            s.jacobiSvd(a, u, values, v, status);
            s.singularValues(a, values, status);
            return of(u, values, v, number(s.read(status)));
        });
    }

    /** {@return the outputs of every kernel whose name begins with one of some prefixes, or of all} */
    static Map<String, Matrix[]> run(
            ComputeStream stream, Memory memory, DType dtype, int rows, int columns, long seed, String... prefixes) {
        Map<String, Matrix[]> outputs = new LinkedHashMap<>();
        CALLS.forEach((name, call) -> {
            boolean isWanted = prefixes.length == 0;
            for (String prefix : prefixes) {
                isWanted |= name.startsWith(prefix);
            }
            if (isWanted) {
                outputs.put(name, call.run(stream, new Operands(memory, dtype, rows, columns, seed)));
            }
        });
        return outputs;
    }

    /** {@return the first outputs that differ in a bit, in words, or "" if none do} */
    static String difference(Map<String, Matrix[]> actual, Map<String, Matrix[]> expected) {
        for (Map.Entry<String, Matrix[]> entry : expected.entrySet()) {
            Matrix[] mine = java.util.Objects.requireNonNull(actual.get(entry.getKey()));
            for (int i = 0; i < entry.getValue().length; i++) {
                String difference = Matrices.difference(mine[i], entry.getValue()[i]);
                if (!difference.isEmpty()) {
                    return entry.getKey() + ", output " + i + ": " + difference;
                }
            }
        }
        return "";
    }
}
