package org.isospin.properties.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.polar.Group;
import org.isospin.properties.CayleyLaws;
import org.isospin.properties.ExpLaws;
import org.isospin.properties.HaarLaws;
import org.isospin.properties.LawResult;
import org.isospin.properties.MatrixMap;
import org.isospin.properties.MsignLaws;
import org.isospin.properties.OptimizerStepLaws;
import org.isospin.properties.PairMap;
import org.isospin.properties.PolarLaws;
import org.isospin.properties.ProcrustesLaws;
import org.isospin.properties.RotationLogLaws;
import org.isospin.properties.SkewMap;
import org.isospin.rotation.CayleyStep;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The laws of every operation catch every mutant, in both forms: {@code check} finds that a certain law fails, and the
 * contract's properties fail. What the mutants were made from passes both.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MutantTest {
    private static final long SEED = 1;

    private final Isospin iso = Isospin.named("reference");

    /**
     * An implementation and how it is held against laws.
     *
     * @param name operation and fault
     * @param law the law that is to fail; empty for a right implementation
     * @param check measures the laws
     * @param contract runs the properties and gives those that fail
     */
    record Subject(String name, String law, Supplier<List<LawResult>> check, Supplier<List<String>> contract) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** One operation's laws in both forms. */
    private record Family<T>(
            String name,
            T right,
            List<Mutant<T>> mutants,
            Function<T, List<LawResult>> check,
            Function<T, List<String>> contract) {
        Stream<Subject> subjects() {
            return mutants.stream().map(m -> subject(m.name(), m.law(), m.map()));
        }

        Subject control() {
            return subject("right", "", right);
        }

        private Subject subject(String fault, String law, T map) {
            return new Subject(name + ", " + fault, law, () -> check.apply(map), () -> contract.apply(map));
        }
    }

    private List<Family<?>> families() {
        return List.of(
                exp(),
                expm1(),
                cayley(),
                msign(),
                polar(),
                procrustes(Group.ORTHOGONAL),
                procrustes(Group.ROTATION),
                haar(),
                log(),
                step());
    }

    Stream<Subject> mutants() {
        return families().stream().flatMap(Family::subjects);
    }

    Stream<Subject> controls() {
        return families().stream().map(Family::control);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void aLawFails(Subject mutant) {
        assertThat(failing(mutant.check.get())).contains(mutant.law);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void aPropertyFails(Subject mutant) {
        assertThat(mutant.contract.get()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("controls")
    void theRightOnePasses(Subject control) {
        assertThat(control.check.get()).allSatisfy(LawResult::orThrow);
        assertThat(control.contract.get()).isEmpty();
    }

    private static List<String> failing(List<LawResult> results) {
        List<String> laws = new ArrayList<>();
        results.stream().filter(r -> !r.holds()).forEach(r -> laws.add(r.law()));
        return laws;
    }

    private Family<SkewMap> exp() {
        return new Family<>(
                "exp",
                ExpMutants.right(),
                new ExpMutants(iso).all(),
                map -> ExpLaws.check(map, DType.F64, SEED),
                map -> ContractRun.failures(Contracts.Exp.class, () -> {
                    Contracts.Exp.exp = map;
                    Contracts.Exp.expm1 = iso::expm1;
                }));
    }

    private Family<SkewMap> expm1() {
        return new Family<>(
                "expm1",
                ExpMutants.rightMinusIdentity(),
                new ExpMutants(iso).minusIdentity(),
                map -> ExpLaws.checkMinusIdentity(map, DType.F64, SEED),
                map -> ContractRun.failures(Contracts.Exp.class, () -> {
                    Contracts.Exp.exp = iso::exp;
                    Contracts.Exp.expm1 = map;
                }));
    }

    private Family<SkewMap> cayley() {
        CayleyMutants cayley = new CayleyMutants(iso);
        return new Family<>(
                "Cayley",
                cayley.right(),
                cayley.all(),
                map -> CayleyLaws.check(map, CayleyStep.HALF, DType.F64, SEED),
                map -> ContractRun.failures(Contracts.Cayley.class, () -> {
                    Contracts.Cayley.cayley =
                            step -> step == CayleyStep.HALF ? map : (a, out) -> iso.cayley(a, step, out);
                    Contracts.Cayley.inverse = step -> (q, out) -> iso.inverseCayley(q, step, out);
                }));
    }

    private static Family<MatrixMap> msign() {
        return new Family<>(
                "msign",
                MsignMutants.right(),
                MsignMutants.all(),
                map -> MsignLaws.check(map, MsignMutants::scalar, DType.F64, SEED),
                map -> ContractRun.failures(Contracts.Msign.class, () -> Contracts.Msign.msign = map));
    }

    private Family<MatrixMap> polar() {
        PolarMutants polar = new PolarMutants(iso);
        return new Family<>(
                "polar",
                polar.right(),
                polar.all(),
                map -> PolarLaws.check(map, DType.F64, SEED),
                map -> ContractRun.failures(Contracts.Polar.class, () -> Contracts.Polar.polar = map));
    }

    private Family<PairMap> procrustes(Group group) {
        ProcrustesMutants procrustes = new ProcrustesMutants(iso, group);
        return new Family<>(
                "Procrustes in " + group,
                procrustes.right(),
                procrustes.all(),
                map -> ProcrustesLaws.check(map, group, DType.F64, SEED),
                map -> ContractRun.failures(Contracts.Procrustes.class, () -> {
                    Contracts.Procrustes.orthogonal = group == Group.ORTHOGONAL
                            ? map
                            : (a, b, out) -> iso.procrustes(a, b, Group.ORTHOGONAL, out);
                    Contracts.Procrustes.rotation =
                            group == Group.ROTATION ? map : (a, b, out) -> iso.procrustes(a, b, Group.ROTATION, out);
                }));
    }

    private Family<HaarLaws.Sampler> haar() {
        HaarMutants haar = new HaarMutants(iso);
        return new Family<>(
                "Haar",
                haar.right(),
                haar.all(),
                map -> HaarLaws.check(map, DType.F64, SEED),
                map -> ContractRun.failures(Contracts.Haar.class, () -> {
                    Contracts.Haar.orthogonal = map;
                    Contracts.Haar.rotation = iso::haarRotation;
                }));
    }

    private Family<OptimizerStepLaws.Step> step() {
        StepMutants step = new StepMutants(iso);
        return new Family<>(
                "optimizer step",
                step.right(),
                step.all(),
                map -> OptimizerStepLaws.check(map, 0, DType.F64, SEED),
                map -> ContractRun.failures(Contracts.Step.class, () -> Contracts.Step.step = map));
    }

    private Family<RotationLogLaws.LogMap> log() {
        LogMutants log = new LogMutants(iso);
        return new Family<>(
                "log",
                log.right(),
                log.all(),
                map -> RotationLogLaws.check(map, DType.F64, SEED),
                map -> ContractRun.failures(Contracts.Log.class, () -> Contracts.Log.log = map));
    }
}
