package org.isospin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.TensorView;
import org.isospin.properties.Dense;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code apply} on weights of real transformers, which are too large for this repository: a folder of safetensors files with
 * matrices named {@code encoder.layer.0.….weight}, given as {@code -Disospin.real=FOLDER}. EJML's decomposition is the judge.
 */
@EnabledIfSystemProperty(named = "isospin.real", matches = ".+", disabledReason = "needs -Disospin.real=FOLDER")
class RealWeightsTest {
    private static final String FIRST_LAYER = "layer\\.0\\..*weight$";

    @TempDir
    Path folder;

    private static List<Path> files() throws IOException {
        try (var files = Files.newDirectoryStream(Path.of(System.getProperty("isospin.real")), "*.safetensors")) {
            List<Path> found = new ArrayList<>();
            files.forEach(found::add);
            return found;
        }
    }

    @Test
    void singularValuesAndPolarFactorsAreThoseOfEjml() throws IOException {
        assertThat(files()).isNotEmpty();
        for (Path file : files()) {
            Path spectra = folder.resolve("spectra");
            Path factors = folder.resolve("factors");
            Cli.run("apply", "singular-values", file, spectra, "--tensor", FIRST_LAYER, "--force")
                    .succeeds();
            Cli.run("apply", "polar", file, factors, "--tensor", FIRST_LAYER, "--force")
                    .succeeds();
            try (Checkpoint before = Safetensors.open(file);
                    Checkpoint s = Safetensors.open(spectra);
                    Checkpoint u = Safetensors.open(factors)) {
                for (TensorView tensor : before.tensors()) {
                    if (tensor.dimensions() == 2 && tensor.name().matches(".*" + FIRST_LAYER)) {
                        compare(tensor.matrix(), s.matrix(tensor.name()), u.matrix(tensor.name()));
                    }
                }
            }
        }
    }

    private static void compare(Matrix a, Matrix spectrum, Matrix factor) {
        boolean isWide = a.rows() < a.columns();
        DMatrixRMaj tall = ejml(isWide ? a.transposed() : a);
        SingularValueDecomposition_F64<DMatrixRMaj> svd =
                DecompositionFactory_DDRM.svd(tall.numRows, tall.numCols, true, true, true);
        assertThat(svd.decompose(tall.copy())).isTrue();
        double[] expected = Arrays.copyOf(svd.getSingularValues(), tall.numCols);
        // EJML does not sort; its U and V are in its own order, which their product does not depend on.
        DMatrixRMaj polar = new DMatrixRMaj(tall.numRows, tall.numCols);
        CommonOps_DDRM.mult(svd.getU(null, false), svd.getV(null, true), polar);
        Arrays.sort(expected);
        double largest = expected[expected.length - 1];
        double condition = largest / expected[0];
        for (int j = 0; j < expected.length; j++) {
            // Stored in F32: half an ulp of σ₁, and the roundoff of both decompositions, which is far below.
            assertThat(Math.abs(spectrum.get(0, j) - expected[expected.length - 1 - j]))
                    .isLessThanOrEqualTo(2 * DType.F32.unitRoundoff() * largest);
        }
        Dense difference = Dense.of(isWide ? factor.transposed() : factor).plus(-1, dense(polar));
        // The factor is known to 2κu of F32 (PolarLaws), and each of its elements, below 1, is rounded to its own type.
        double bound = factor.dtype().unitRoundoff() + 2 * condition * DType.F32.unitRoundoff();
        assertThat(difference.frobenius() / Math.sqrt(tall.numCols)).isLessThanOrEqualTo(bound);
    }

    private static DMatrixRMaj ejml(Matrix a) {
        DMatrixRMaj out = new DMatrixRMaj(a.rows(), a.columns());
        for (int i = 0; i < a.rows(); i++) {
            for (int j = 0; j < a.columns(); j++) {
                out.set(i, j, a.get(i, j));
            }
        }
        return out;
    }

    private static Dense dense(DMatrixRMaj a) {
        Dense out = Dense.zero(a.numRows, a.numCols);
        for (int i = 0; i < a.numRows; i++) {
            for (int j = 0; j < a.numCols; j++) {
                out.set(i, j, a.get(i, j));
            }
        }
        return out;
    }
}
