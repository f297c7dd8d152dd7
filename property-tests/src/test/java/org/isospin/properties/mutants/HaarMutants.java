package org.isospin.properties.mutants;

import java.util.List;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;
import org.isospin.properties.HaarLaws;

/** Samplers that are not uniform on O(n). */
final class HaarMutants {
    private final Isospin iso;

    HaarMutants(Isospin iso) {
        this.iso = iso;
    }

    HaarLaws.Sampler right() {
        return iso::haarOrthogonal;
    }

    List<Mutant<HaarLaws.Sampler>> all() {
        return List.of(
                new Mutant<>("no sign fix", "E tr Q = 0", this::rawQ),
                new Mutant<>("rotations only", "E det Q = 0", this::rotations),
                new Mutant<>(
                        "columns normalised, not orthogonal", "Haar matrices are orthogonal", HaarMutants::columns),
                new Mutant<>("the seed ignored", "E (tr Q)² = 1", (_, out) -> iso.haarOrthogonal(1, out)),
                new Mutant<>("a generator that goes on", "a seed gives one matrix", continued()),
                new Mutant<>("wide matrices drawn as wide ones", "a seed gives one matrix", this::wide),
                new Mutant<>("F32 intermediate", "Haar matrices are orthogonal", this::throughF32));
    }

    /** LAPACK's reflections leave more of the diagonal negative than not; here, all of it. */
    private void rawQ(long seed, Matrix out) {
        iso.haarOrthogonal(seed, out);
        Matrix columns = out.rows() < out.columns() ? out.transposed() : out;
        for (int j = 0; j < columns.columns(); j++) {
            if (columns.get(j, j) > 0) {
                for (int i = 0; i < columns.rows(); i++) {
                    columns.set(i, j, -columns.get(i, j));
                }
            }
        }
    }

    private void rotations(long seed, Matrix out) {
        if (out.rows() == out.columns()) {
            iso.haarRotation(seed, out);
        } else {
            iso.haarOrthogonal(seed, out);
        }
    }

    private static void columns(long seed, Matrix out) {
        Dense g = Generators.gaussian(out.rows(), out.columns(), seed);
        Textbook.put(Textbook.divided(g, Math.sqrt(Math.max(1, out.rows()))), out);
    }

    private HaarLaws.Sampler continued() {
        long[] calls = {0};
        return (seed, out) -> iso.haarOrthogonal(seed + calls[0]++, out);
    }

    private void wide(long seed, Matrix out) {
        iso.haarOrthogonal(out.rows() < out.columns() ? seed + 1 : seed, out);
    }

    private void throughF32(long seed, Matrix out) {
        iso.haarOrthogonal(seed, out);
        Textbook.put(Faults.throughF32(Dense.of(out)), out);
    }
}
