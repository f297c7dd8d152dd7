package org.isospin.properties.golden;

import java.util.Map;
import java.util.Set;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * Computes cases on a context and compares.
 *
 * <p>A case passes when in every mode that is asked for and that it has, every element of every quantity with a tolerance
 * is within it; NaN never is. A group that this version does not compute is skipped, and so is a case
 * whose expected values have a defect.
 */
public final class GoldenRunner {
    private static final Map<String, GroupRunner> GROUPS = Map.ofEntries(
            Map.entry("adamw_ref", new AdamWReference()),
            Map.entry("bf16_numeric", new Bf16Numeric()),
            Map.entry("cayley", new CayleyMaps()),
            Map.entry("dion", new DionFamily()),
            Map.entry("emerging_manifold", new EmergingManifold()),
            Map.entry("expm_skew", new ExpSkew()),
            Map.entry("expm_truncated", new ExpTruncated()),
            Map.entry("geoopt_stiefel", new GeooptStiefel()),
            Map.entry("geotorch", new Geotorch()),
            Map.entry("logm_rotation", new RotationLogs()),
            Map.entry("megatron_oft", new MegatronOft()),
            Map.entry("mhe", new HypersphericalEnergies()),
            Map.entry("muon_keller", new MuonKeller()),
            Map.entry("muon_moonlight", new MuonMoonlight()),
            Map.entry("muon_optax", new MuonOptax()),
            Map.entry("muon_torch", new MuonTorch()),
            Map.entry("newton_schulz_sets", new NewtonSchulzSets()),
            Map.entry("normuon", new NorMuonRuns()),
            Map.entry("opt_orthogonal", new OptOrthogonal()),
            Map.entry("orthomerge", new OrthoMerges()),
            Map.entry("peft_arena", new PeftArena()),
            Map.entry("peft_boft", new PeftBoft()),
            Map.entry("peft_oft", new PeftOft()),
            Map.entry("peft_psoft", new PeftPsoft()),
            Map.entry("pion_megatron", new PionMegatron()),
            Map.entry("pion_msign", new PionMsignRuns()),
            Map.entry("pion_verl", new PionVerl()),
            Map.entry("poet_core", new PoetCore()),
            Map.entry("poet_train", new PoetTraining()),
            Map.entry("polar_express", new PolarExpressIteration()),
            Map.entry("polar_msign", new PolarFactor()),
            Map.entry("procrustes", new OrthogonalProcrustes()));

    /** Cases that cannot pass, and why. */
    private static final Map<String, String> DEFECTS = Map.of(
            "pion_megatron/bf16_ll_both_16x8",
            "its svals_W_0 are of the weight before it was rounded to bfloat16, and the rounded one is the input");

    /**
     * What the reference rounds to float32 on its way even where it computes in float64: held to the tolerance of F32 in F64. PEFT
     * inverts a merged rotation in float32.
     */
    private static final Set<String> ROUNDED = Set.of("peft_oft/W_unmerged");

    private final Isospin iso;
    private final Map<String, GroupRunner> groups;

    /**
     * Makes a runner.
     *
     * @param iso what computes; stays the caller's
     */
    public GoldenRunner(Isospin iso) {
        this(iso, GROUPS);
    }

    GoldenRunner(Isospin iso, Map<String, GroupRunner> groups) {
        this.iso = iso;
        this.groups = groups;
    }

    /** {@return the groups that are computed} */
    public static Set<String> implemented() {
        return GROUPS.keySet();
    }

    /** {@return the cases that are skipped because their expected values have a defect} */
    public static Set<String> defective() {
        return DEFECTS.keySet();
    }

    /**
     * Computes a case and compares.
     *
     * @param golden the case
     * @param modes the modes to compute it in, where it has them
     * @return what became of it
     */
    public GoldenResult run(GoldenCase golden, Set<GoldenMode> modes) {
        GroupRunner runner = groups.get(golden.group());
        if (runner == null) {
            return new GoldenResult.Skipped(golden.id(), "not implemented yet: " + golden.group());
        }
        String defect = DEFECTS.get(golden.id());
        if (defect != null) {
            return new GoldenResult.Skipped(golden.id(), defect);
        }
        Set<GoldenMode> present = golden.modes();
        present.retainAll(modes);
        if (present.isEmpty()) {
            return new GoldenResult.Skipped(
                    golden.id(),
                    "nothing to compare in "
                            + String.join(
                                    ", ", modes.stream().map(GoldenMode::label).toList()));
        }
        GoldenDeviation worst = null;
        for (GoldenMode mode : present) {
            Computed computed = new Computed();
            try {
                runner.run(iso, golden, mode, computed);
            } catch (RuntimeException e) {
                return failed(golden, mode, e.getClass().getSimpleName() + ": " + e.getMessage());
            }
            for (GoldenQuantity quantity : golden.quantities(mode)) {
                if (computed.of(quantity).isEmpty()) {
                    return failed(golden, mode, quantity.name() + " was not computed");
                }
                for (Computed.Entry entry : computed.of(quantity)) {
                    Matrix expected = quantity.expected(mode);
                    Matrix actual = entry.values();
                    if (actual.rows() != expected.rows() || actual.columns() != expected.columns()) {
                        return failed(
                                golden,
                                mode,
                                entry.label().strip() + " is " + actual.rows() + " x " + actual.columns()
                                        + ", expected " + expected.rows() + " x " + expected.columns());
                    }
                    worst = worse(worst, farthest(mode, quantity, tolerance(golden, quantity, mode), entry));
                }
            }
        }
        if (worst == null || worst.isWithin()) {
            return new GoldenResult.Passed(golden.id(), worst == null ? 0 : worst.share());
        }
        return new GoldenResult.Failed(golden.id(), worst.toString(), worst);
    }

    private static double tolerance(GoldenCase golden, GoldenQuantity quantity, GoldenMode mode) {
        boolean isRounded = ROUNDED.contains(golden.group() + "/" + quantity.name());
        return quantity.tolerance(isRounded && mode == GoldenMode.F64 ? GoldenMode.F32 : mode);
    }

    private static GoldenResult failed(GoldenCase golden, GoldenMode mode, String reason) {
        return new GoldenResult.Failed(golden.id(), mode.label() + " " + reason, null);
    }

    /** The element that used most of its tolerance; null where there are none. */
    private static @Nullable GoldenDeviation farthest(
            GoldenMode mode, GoldenQuantity quantity, double tolerance, Computed.Entry computed) {
        Matrix expected = quantity.expected(mode);
        Matrix actual = computed.values();
        GoldenDeviation worst = null;
        for (int i = 0; i < expected.rows(); i++) {
            for (int j = 0; j < expected.columns(); j++) {
                worst = worse(
                        worst,
                        new GoldenDeviation(
                                mode, computed.label(), i, j, actual.get(i, j), expected.get(i, j), tolerance));
            }
        }
        return worst;
    }

    private static @Nullable GoldenDeviation worse(@Nullable GoldenDeviation a, @Nullable GoldenDeviation b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        if (a.isWithin() != b.isWithin()) {
            return a.isWithin() ? b : a;
        }
        return b.share() > a.share() ? b : a;
    }
}
