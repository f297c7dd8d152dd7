package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.AdamW;
import org.isospin.optim.BlockSplit;
import org.isospin.optim.Muon;
import org.isospin.optim.Optimizer;
import org.isospin.optim.OptimizerStateException;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Pion;
import org.isospin.optim.Role;
import org.isospin.optim.Route;
import org.isospin.optim.Routing;
import org.isospin.optim.Schedule;
import org.isospin.optim.StepException;
import org.isospin.optim.Update;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets which parameter, steps of many at once, and their state in one file. */
class RoutingTest {
    private static final int STEPS = 4;

    @TempDir
    Path folder;

    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    private static ParameterSpec matrix(String name, int rows, int columns, Role role) {
        return ParameterSpec.matrix(name, DType.F32, rows, columns, Orientation.OUT_IN)
                .withRole(role);
    }

    private static Matrix random(ParameterSpec spec, long seed) {
        return Generators.gaussian(spec.rows(), spec.columns(), seed).to(spec.dtype());
    }

    private static List<ParameterSpec> model() {
        return List.of(
                matrix("wte", 9, 6, Role.EMBEDDING),
                matrix("0.q", 6, 6, Role.HIDDEN).withSplit(BlockSplit.heads(2)),
                matrix("0.router", 3, 6, Role.HIDDEN),
                matrix("0.gate", 1, 6, Role.HIDDEN),
                ParameterSpec.vector("0.b", DType.F32, 6, Role.BIAS),
                ParameterSpec.vector("0.norm", DType.F32, 6, Role.NORM),
                matrix("head", 9, 6, Role.HEAD));
    }

    private Routing routing() {
        AdamW decayed = AdamW.builder().weightDecay(0.1).build(iso);
        return Routing.builder()
                .named("*.router", Muon.kellerJordan().build(iso))
                .hidden(Pion.builder().build(iso))
                .embeddings(decayed)
                .heads(decayed)
                .vectors(AdamW.builder().weightDecay(0).build(iso))
                .build();
    }

    private static List<String> optimizers(Routing routing) {
        return routing.routes().stream().map(Route::optimizer).toList();
    }

    private static List<Update> updates(Optimizer optimizer, List<Matrix> weights) {
        List<Update> updates = new ArrayList<>();
        for (ParameterSpec spec : model()) {
            Matrix w = random(spec, spec.name().hashCode());
            weights.add(w);
            updates.add(new Update(optimizer.register(spec, w), w, Matrix.allocate(DType.F32, w.rows(), w.columns())));
        }
        return updates;
    }

    private static void train(Optimizer optimizer, List<Update> updates, int from, int to) {
        for (int t = from; t <= to; t++) {
            for (Update update : updates) {
                random(update.id().spec(), 100L * t + update.id().toString().hashCode())
                        .copyTo(update.gradient());
            }
            optimizer.step(t, updates);
        }
    }

    private static void assertSame(List<Matrix> actual, List<Matrix> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            Bits.assertSame(actual.get(i), expected.get(i));
        }
    }

    @Test
    void theFirstRuleThatMatchesDecides() {
        Routing routing = routing();
        model().forEach(routing::register);
        assertThat(optimizers(routing))
                .containsExactly("AdamW 1", "Pion", "Muon", "AdamW 2", "AdamW 2", "AdamW 2", "AdamW 1");
        assertThat(routing.parameters()).extracting(ParameterId::toString).startsWith("wte", "0.q", "0.router");
        assertThat(routing.stateBytes())
                .isEqualTo(
                        routing.routes().stream().mapToLong(Route::stateBytes).sum());
        Routing two = Routing.of(Pion.builder().build(iso), AdamW.builder().build(iso));
        model().forEach(two::register);
        assertThat(optimizers(two)).containsExactly("AdamW", "Pion", "Pion", "AdamW", "AdamW", "AdamW", "AdamW");
    }

    @Test
    void theTableTellsWhoGotWhat() {
        Routing routing = routing();
        model().forEach(routing::register);
        assertThat(routing.describe().lines())
                .hasSize(1 + model().size() + 4)
                .first()
                .asString()
                .contains("parameter", "shape", "role", "split", "optimizer", "state bytes", "rule");
        assertThat(routing.describe())
                .containsPattern("0\\.q +F32 +\\[6, 6] OUT_IN +HIDDEN +heads\\(2\\) +Pion +[\\d,]+ +hidden\n")
                .containsPattern("0\\.b +F32 +\\[6] +BIAS +whole +AdamW 2 +80 +vectors\n")
                .containsPattern("AdamW 2: 3 parameters, 240 bytes\n");
    }

    @Test
    void whatNoRuleTakesIsRefused() {
        Routing routing = Routing.builder().hidden(Muon.builder().build(iso)).build();
        ParameterSpec bias = ParameterSpec.vector("b", DType.F32, 6, Role.BIAS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> routing.register(bias))
                .withMessageContaining("no rule matches b F32 [6]")
                .withMessageContaining("[hidden]");
        ParameterSpec w = matrix("w", 3, 4, Role.HIDDEN);
        routing.register(w);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> routing.register(w))
                .withMessageContaining("w was registered before");
        AdamW adam = AdamW.builder().build(iso);
        assertThatIllegalStateException()
                .isThrownBy(() -> Routing.builder().rest(adam).norms(adam))
                .withMessageContaining("norms comes after rest");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Routing.builder().hidden(routing))
                .withMessageContaining("another routing");
    }

    @Test
    void patternsTakeWholeNames() {
        AdamW adam = AdamW.builder().build(iso);
        for (String pattern : List.of("a.b", "a*", "*b", "*", "a.*b", "*.*")) {
            Routing.builder().named(pattern, adam).build().register(matrix("a.b", 2, 2, Role.HIDDEN));
            adam = AdamW.builder().build(iso);
        }
        AdamW other = adam;
        for (String pattern : List.of("a", "b*", "a?b", "A.B", "aXb", "*a", "")) {
            Routing routing = Routing.builder().named(pattern, other).build();
            assertThatIllegalArgumentException()
                    .as(pattern)
                    .isThrownBy(() -> routing.register(matrix("a.b", 2, 2, Role.HIDDEN)));
        }
    }

    @Test
    void aZeroWeightGoesPastOptimizersThatOnlyTurn() {
        Pion pion = Pion.builder().build(iso);
        Routing routing = Routing.of(pion, AdamW.builder().build(iso));
        ParameterSpec split = matrix("w", 4, 3, Role.HIDDEN).withSplit(BlockSplit.groups(2));
        Matrix w = random(split, 1);
        for (int j = 0; j < 3; j++) {
            w.set(2, j, 0);
            w.set(3, j, -0.0);
        }
        ParameterId id = routing.register(split, w);
        assertThat(routing.routes().getFirst().optimizer()).isEqualTo("AdamW");
        assertThat(routing.routes().getFirst().rule())
                .isEqualTo("rest, not hidden: block group1 is zero, and Pion would leave it so");
        routing.step(1, id, w, random(split, 2));
        assertThat(w.get(2, 0)).isNotZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pion.register(split, Matrix.allocate(DType.F32, 4, 3)))
                .withMessageContaining("w: block group0 is zero");
        w.set(0, 0, Double.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> routing.register(matrix("v", 4, 3, Role.NORM), w))
                .withMessageContaining("v: the weight has an element that is not finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> routing.register(matrix("v", 3, 4, Role.NORM), w))
                .withMessageContaining("v");
        assertThat(pion.parameters()).isEmpty();
    }

    @Test
    void aStepOfManyIsTheStepsOfEach() {
        List<Matrix> together = new ArrayList<>();
        List<Matrix> apart = new ArrayList<>();
        Routing routing = routing();
        train(routing, updates(routing, together), 1, STEPS);
        Routing other = routing();
        List<Update> updates = updates(other, apart);
        for (int t = 1; t <= STEPS; t++) {
            for (Update u : updates) {
                Matrix g = random(u.id().spec(), 100L * t + u.id().toString().hashCode());
                other.step(t, u.id(), u.weight(), g);
            }
        }
        assertSame(together, apart);
    }

    @Test
    void nothingIsChangedIfAnArgumentIsWrong() {
        List<Matrix> weights = new ArrayList<>();
        Routing routing = routing();
        List<Update> good = updates(routing, weights);
        List<Matrix> before = weights.stream().map(Matrix::copy).toList();
        Update last = good.getLast();
        Matrix wrong = Matrix.allocate(DType.F32, 6, 9);
        List<Update> bad = new ArrayList<>(good);
        bad.set(good.size() - 1, new Update(last.id(), last.weight(), wrong));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> routing.step(1, bad))
                .withMessageContaining("head");
        bad.set(good.size() - 1, good.getFirst());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> routing.step(1, bad))
                .withMessageContaining("wte is twice among the updates, at 0 and 6");
        bad.set(good.size() - 1, new Update(routing().register(last.id().spec()), last.weight(), last.gradient()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> routing.step(1, bad))
                .withMessageContaining("head was not registered with this routing");
        assertThatIllegalArgumentException().isThrownBy(() -> routing.step(0, good));
        assertSame(weights, before);
        train(routing, good, 1, 1);
    }

    @Test
    void aFailureAmidstNamesTheParameterAndWhatWasDone() {
        AdamW broken = AdamW.builder()
                .learningRate(Schedule.of("none", t -> Double.NaN))
                .build(iso);
        Routing routing =
                Routing.builder().heads(broken).rest(AdamW.builder().build(iso)).build();
        List<Matrix> weights = new ArrayList<>();
        List<Update> updates = updates(routing, weights);
        Matrix head = weights.getLast().copy();
        Matrix first = weights.getFirst().copy();
        assertThatExceptionOfType(StepException.class)
                .isThrownBy(() -> train(routing, updates, 1, 1))
                .withCauseInstanceOf(IllegalArgumentException.class)
                .withMessageContaining("parameter head, after 6 of 7 were updated")
                .satisfies(e -> assertThat(e.parameter()).isEqualTo("head"))
                .satisfies(e -> assertThat(e.updated()).isEqualTo(6));
        Bits.assertSame(weights.getLast(), head);
        assertThat(weights.getFirst().get(0, 0)).isNotEqualTo(first.get(0, 0));
    }

    @Test
    void aListenerMayCancelBetweenParameters() {
        List<String> heard = new ArrayList<>();
        Isospin listening = iso.withProgress((operation, done, total) -> {
            heard.add(operation + " " + done + " of " + total);
            if (done == 2) {
                throw new CancellationException("enough");
            }
        });
        Routing routing =
                Routing.builder().rest(AdamW.builder().build(listening)).build();
        List<Matrix> weights = new ArrayList<>();
        List<Update> updates = updates(routing, weights);
        assertThatExceptionOfType(StepException.class)
                .isThrownBy(() -> train(routing, updates, 1, 1))
                .withCauseInstanceOf(CancellationException.class)
                .satisfies(e -> assertThat(e.updated()).isEqualTo(2));
        assertThat(heard).containsExactly("step 0 of 7", "step 1 of 7", "step 2 of 7");
    }

    @Test
    void aClosedContextChangesNothing() {
        Isospin closing = Isospin.named(Backends.REFERENCE);
        Routing routing = Routing.builder()
                .heads(AdamW.builder().build(closing))
                .rest(AdamW.builder().build(iso))
                .build();
        List<Matrix> weights = new ArrayList<>();
        List<Update> updates = updates(routing, weights);
        List<Matrix> before = weights.stream().map(Matrix::copy).toList();
        closing.close();
        assertThatIllegalStateException().isThrownBy(() -> train(routing, updates, 1, 1));
        assertSame(weights, before);
    }

    @Test
    void oneFileResumesAllOfThem() throws Exception {
        List<Matrix> whole = new ArrayList<>();
        Routing routing = routing();
        train(routing, updates(routing, whole), 1, STEPS);
        Path file = folder.resolve("state.safetensors");
        for (int killed = 0; killed < STEPS; killed++) {
            List<Matrix> weights = new ArrayList<>();
            Routing first = routing();
            train(first, updates(first, weights), 1, killed);
            first.save(file);
            List<Matrix> resumed = new ArrayList<>();
            Routing second = routing();
            List<Update> updates = updates(second, resumed);
            for (int i = 0; i < weights.size(); i++) {
                weights.get(i).copyTo(resumed.get(i));
            }
            second.load(file);
            train(second, updates, killed + 1, STEPS);
            assertSame(resumed, whole);
        }
    }

    @Test
    void aFileOfOtherRoutesIsRefusedWithAllDifferences() throws Exception {
        Path file = folder.resolve("state.safetensors");
        Routing routing = routing();
        model().forEach(routing::register);
        routing.save(file);
        AdamW adam = AdamW.builder().weightDecay(0.2).build(iso);
        Routing other = Routing.builder()
                .named("*.router", Muon.kellerJordan().build(iso))
                .hidden(Pion.builder().learningRate(7e-3).build(iso))
                .rest(adam)
                .build();
        model().forEach(other::register);
        assertThatExceptionOfType(OptimizerStateException.class)
                .isThrownBy(() -> other.load(file))
                .satisfies(e -> assertThat(e.differences())
                        .anyMatch(d -> d.startsWith("option.1.learningRate is") && d.contains("7"))
                        .anyMatch(d -> d.startsWith("option.2.weightDecay is"))
                        .anyMatch(d -> d.startsWith("isospin.optimizer.3 is AdamW in the file, here there is none"))
                        .anyMatch(d -> d.startsWith("parameter.0.b is") && d.contains("optimizer 3 in the file")));
        assertThatExceptionOfType(OptimizerStateException.class)
                .isThrownBy(() -> adam.load(file))
                .withMessageContaining("isospin.optimizer is Routing in the file, here AdamW");
    }
}
