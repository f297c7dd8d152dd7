package org.isospin.bench.problem;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.isospin.DType;
import org.isospin.polar.Msign;

/**
 * What is benchmarked, on square matrices of order n, with the flops that a result is worth. These are counted for the
 * cheapest algorithm known, whatever a contestant does, so that GFLOP/s compare as times do; a half product is one whose
 * result is known to be symmetric or skew, n³ flops.
 */
public enum Operation {
    /** A product. */
    GEMM("gemm", "A·B, Gaussian", "2n³", 2),
    /** A product that is known to be symmetric. */
    GEMMT("gemmt", "X·Xᵀ, Gaussian, both triangles", "n³", 1),
    /** exp of a skew matrix. */
    EXP("exp", "exp(A), skew, ‖A‖ = 2", "6n³ in F32, 8n³ in F64: the half products of a minimax scheme", 6),
    /** The Cayley transform. */
    CAYLEY("cayley", "(I + A)(I − A)⁻¹, skew, ‖A‖ = 0.9", "2n³, an inverse", 2),
    /** The truncated Cayley transform. */
    CAYLEY_NEUMANN(
            "cayley-neumann", "(I + A)(I + A + A² + A³), skew, ‖A‖ = 0.25", "3n³: A², A³ and A⁴, half products", 3),
    /** The truncated Cayley transform of many blocks, forward and backward. */
    NEUMANN_BLOCKS(
            "cnp-blocks",
            "the same of 65536/n blocks of order n, 1024 at most, and the cotangents of A for given ones",
            "12n³ a block: 1½ products forward and 4½ backward",
            12),
    /** msign by Polar Express. */
    MSIGN("msign", "Polar Express, 5 steps, κ = 10", "20n³: two half products and a product a step", 20),
    /** msign by Keller Jordan's coefficients. */
    MSIGN_KJ(
            "msign-kj",
            "Keller Jordan's coefficients, 5 steps, κ = 10",
            "20n³: two half products and a product a step",
            20),
    /** The polar factor to full precision. */
    POLAR(
            "polar",
            "the polar factor to full precision, κ = 10",
            "10n³: five inverses of a scaled Newton iteration",
            10),
    /** Orthogonal Procrustes. */
    PROCRUSTES("procrustes", "the R in O(n) nearest to AR = B, κ(AᵀB) = 10", "12n³: a product and a polar factor", 12),
    /** A random orthogonal matrix. */
    HAAR("haar", "a uniformly distributed orthogonal matrix", "8/3 n³: R and Q of a QR decomposition", 8 / 3.0),
    /** Singular values. */
    SINGULAR_VALUES("singular-values", "all, no vectors, κ = 10", "8/3 n³, a bidiagonalisation", 8 / 3.0),
    /** Singular value decomposition. */
    SVD("svd", "U, s and V, κ = 10", "20/3 n³: a bidiagonalisation, and its reflections on both sides", 20 / 3.0),
    /** QR decomposition. */
    QR("qr", "Q and R, Gaussian", "8/3 n³: R, then Q", 8 / 3.0),
    /** The inverse. */
    INVERSE("inverse", "A⁻¹, κ = 10", "2n³", 2),
    /** OrthoMerge of two experts. */
    ORTHO_MERGE(
            "orthomerge",
            "two experts of one base merged by rotations, κ(W₀ᵀWᵢ) = 10",
            "36n³: two products, a polar factor and an inverse an expert, then an inverse and a product",
            36),
    /** A step of Pion. */
    PION_STEP(
            "pion-step",
            "a first step of Pion, both sides, RMS scaling, degree 2",
            "13n³: two generators, three products for their norm, half a product and one for the second turn",
            13);

    /** Bands of singular values, from inputs of 10⁻³ and more: the schedules' own, a little wider for half precision. */
    private static final double[] POLAR_EXPRESS_BAND = {0.8, 1.15};

    private static final double[] KELLER_JORDAN_BAND = {0.45, 1.22};

    private final String title;
    private final String description;
    private final String flopFormula;
    private final double cubicFlops;

    Operation(String title, String description, String flopFormula, double cubicFlops) {
        this.title = title;
        this.description = description;
        this.flopFormula = flopFormula;
        this.cubicFlops = cubicFlops;
    }

    /** {@return the name that users select it by} */
    public String title() {
        return title;
    }

    /** {@return what is computed, on what operands} */
    public String description() {
        return description;
    }

    /** {@return how {@link #flops} counts, in words} */
    public String flopFormula() {
        return flopFormula;
    }

    /**
     * {@return the flops that a result is worth}
     *
     * @param n the order
     * @param dtype the type of operands and results
     */
    public double flops(int n, DType dtype) {
        double factor = this == EXP && dtype == DType.F64 ? 8 : cubicFlops;
        int blocks = this == NEUMANN_BLOCKS ? NeumannBlocksProblem.blocks(n) : 1;
        return factor * blocks * n * n * n;
    }

    /**
     * {@return operands and checks}
     *
     * @param setting order, type, seed
     */
    public Problem problem(Setting setting) {
        return switch (this) {
            case GEMM -> new ProductProblem(setting);
            case GEMMT -> new GramProblem(setting);
            case EXP -> new ExpProblem(setting);
            case CAYLEY -> new CayleyProblem(setting);
            case CAYLEY_NEUMANN -> new NeumannProblem(setting);
            case NEUMANN_BLOCKS -> new NeumannBlocksProblem(setting);
            case MSIGN -> new MsignProblem(setting, () -> Msign.polarExpress(5), POLAR_EXPRESS_BAND);
            case MSIGN_KJ -> new MsignProblem(setting, () -> Msign.kellerJordan(5), KELLER_JORDAN_BAND);
            case POLAR -> new PolarProblem(setting);
            case PROCRUSTES -> new ProcrustesProblem(setting);
            case HAAR -> new HaarProblem(setting);
            case SINGULAR_VALUES -> new SingularValuesProblem(setting);
            case SVD -> new SvdProblem(setting);
            case QR -> new QrProblem(setting);
            case INVERSE -> new InverseProblem(setting);
            case ORTHO_MERGE -> new OrthoMergeProblem(setting);
            case PION_STEP -> new PionProblem(setting);
        };
    }

    /** {@return those that are benchmarked unless others are asked for: not the compositions, which take long} */
    public static List<Operation> standard() {
        return Arrays.stream(values())
                .filter(o -> o != NEUMANN_BLOCKS && o != ORTHO_MERGE && o != PION_STEP)
                .toList();
    }

    /**
     * {@return the operation of a name}
     *
     * @param title the name, in any case
     */
    public static Optional<Operation> of(String title) {
        String wanted = title.toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(o -> o.title.equals(wanted)).findFirst();
    }
}
