package org.isospin.optim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.isospin.Matrix;

/**
 * One optimizer for all parameters of a model: each goes to one of several optimizers, by rules of which the first that matches
 * decides.
 *
 * <pre>{@code
 * Routing optimizer = Routing.builder()
 *         .named("*.router.weight", adamW)
 *         .hidden(pion)
 *         .vectors(adamWWithoutDecay)
 *         .rest(adamW)
 *         .build();
 * List<Update> updates = new ArrayList<>();
 * for (Tensor p : model.parameters()) {
 *     ParameterSpec spec = naming.spec(p.name(), F32, p.shape());
 *     updates.add(new Update(optimizer.register(spec, p.weight()), p.weight(), p.gradient()));
 * }
 * log(optimizer.describe());                  // who got what, and how much state that is
 * for (long t = 1; t <= steps; t++) {
 *     …                                       // forward, backward
 *     optimizer.step(t, updates);
 * }
 * }</pre>
 *
 * <p>{@link Naming} makes specifications from the usual names of tensors. A parameter is the optimizer's own from then on: what
 * {@link #register} returns works with both. {@link #register(ParameterSpec, Matrix)} passes over rules whose optimizer would
 * leave a zero weight zero for ever, as those that turn weights do; {@link #register(ParameterSpec)} cannot know. State of all
 * optimizers goes to one file.
 */
public final class Routing implements Optimizer {
    /** A parameter and the rule it went by. */
    private record Routed(ParameterId id, String rule) {}

    private final List<RoutingRule> rules;
    private final List<AbstractOptimizer> optimizers;
    private final Map<String, Routed> routed = new LinkedHashMap<>();

    private Routing(List<RoutingRule> rules) {
        this.rules = List.copyOf(rules);
        this.optimizers = rules.stream().map(RoutingRule::optimizer).distinct().toList();
    }

    /** {@return no rules yet} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return what the papers do: an optimizer for hidden matrices, another, as AdamW, for all else}
     *
     * @param hidden updates matrices of role {@link Role#HIDDEN}
     * @param rest updates embeddings, heads, norms, biases and all vectors, and zero matrices that hidden could not move
     */
    public static Routing of(Optimizer hidden, Optimizer rest) {
        return builder().hidden(hidden).rest(rest).build();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException also if no rule matches
     */
    @Override
    public ParameterId register(ParameterSpec spec) {
        for (RoutingRule rule : rules) {
            if (rule.test().test(spec)) {
                return register(spec, StateMemory.HEAP, rule.optimizer(), rule.name());
            }
        }
        throw unmatched(spec, "");
    }

    @Override
    public ParameterId register(ParameterSpec spec, Matrix weight) {
        StringBuilder passed = new StringBuilder();
        for (RoutingRule rule : rules) {
            if (rule.test().test(spec)) {
                String stuck = rule.optimizer().stuckBlock(spec, weight);
                if (stuck == null) {
                    StateMemory memory = StateMemory.beside(weight);
                    return register(spec, memory, rule.optimizer(), rule.name() + passed);
                }
                passed.append(", not ")
                        .append(rule.name())
                        .append(": block ")
                        .append(stuck)
                        .append(" is zero, and ")
                        .append(name(rule.optimizer()))
                        .append(" would leave it so");
            }
        }
        throw unmatched(spec, passed.toString());
    }

    private IllegalArgumentException unmatched(ParameterSpec spec, String passed) {
        return new IllegalArgumentException("no rule matches " + spec + passed + "; the rules are "
                + rules.stream().map(RoutingRule::name).toList());
    }

    private ParameterId register(ParameterSpec spec, StateMemory memory, AbstractOptimizer optimizer, String rule) {
        synchronized (routed) {
            if (routed.containsKey(spec.name())) {
                throw new IllegalArgumentException("a parameter " + spec.name() + " was registered before");
            }
            ParameterId id = optimizer.register(spec, memory);
            routed.put(spec.name(), new Routed(id, rule));
            return id;
        }
    }

    /** {@return the optimizer's kind, with its number where several are of that kind} */
    private String name(AbstractOptimizer optimizer) {
        List<AbstractOptimizer> alike = optimizers.stream()
                .filter(o -> o.kind().equals(optimizer.kind()))
                .toList();
        return alike.size() == 1 ? optimizer.kind() : optimizer.kind() + " " + (alike.indexOf(optimizer) + 1);
    }

    /** {@return where each parameter went, in the order of registration} */
    public List<Route> routes() {
        synchronized (routed) {
            return routed.values().stream()
                    .map(r -> new Route(
                            r.id.spec(),
                            r.rule,
                            name(r.id.slot().owner()),
                            r.id.slot().stateBytes()))
                    .toList();
        }
    }

    /**
     * {@return a table to print before training: each parameter with its shape, role, split, optimizer, bytes of state and the
     * rule that matched, then the sums of each optimizer}
     */
    public String describe() {
        return RoutingTable.of(routes());
    }

    private AbstractOptimizer owner(ParameterId id) {
        synchronized (routed) {
            Routed own = routed.get(id.spec().name());
            if (own == null || !own.id.equals(id)) {
                throw new IllegalArgumentException("parameter " + id + " was not registered with this routing");
            }
            return id.slot().owner();
        }
    }

    @Override
    public List<ParameterId> parameters() {
        synchronized (routed) {
            return routed.values().stream().map(Routed::id).toList();
        }
    }

    @Override
    public void step(long t, ParameterId id, Matrix weight, Matrix gradient) {
        owner(id).step(t, id, weight, gradient);
    }

    @Override
    public void step(long t, List<Update> updates) {
        ManySteps.run(t, updates, this::owner);
    }

    @Override
    public void restart(long t, ParameterId id) {
        owner(id).restart(t, id);
    }

    @Override
    public long stateBytes() {
        return parameters().stream().mapToLong(id -> id.slot().stateBytes()).sum();
    }

    @Override
    public long stateBytes(ParameterId id) {
        return owner(id).stateBytes(id);
    }

    @Override
    public StepReport report(ParameterId id) {
        return owner(id).report(id);
    }

    @Override
    public List<String> stateNames(ParameterId id) {
        return owner(id).stateNames(id);
    }

    @Override
    public Matrix state(ParameterId id, String name) {
        return owner(id).state(id, name);
    }

    @Override
    public void setState(ParameterId id, String name, Matrix values) {
        owner(id).setState(id, name, values);
    }

    @Override
    public void save(Path file) throws IOException {
        List<ParameterSlot> slots = ParameterSlot.enterAll(parameters());
        try {
            StateFile.of("Routing", optimizers, slots).write(file);
        } finally {
            slots.forEach(ParameterSlot::leave);
        }
    }

    @Override
    public void load(Path file) throws IOException {
        List<ParameterSlot> slots = ParameterSlot.enterAll(parameters());
        try {
            StateFile.of("Routing", optimizers, slots).read(file);
        } finally {
            slots.forEach(ParameterSlot::leave);
        }
    }

    /** Rules of a {@link Routing}, in their order; an optimizer may be in several. */
    public static final class Builder {
        private final List<RoutingRule> rules = new ArrayList<>();
        private boolean isClosed;

        private Builder() {}

        /**
         * {@return this} Takes matrices of role {@link Role#HIDDEN}, tensors among them, that have more than one row and column.
         *
         * @param optimizer Pion, MuonR or Muon for instance
         */
        public Builder hidden(Optimizer optimizer) {
            return where("hidden", s -> s.role() == Role.HIDDEN && RoutingRule.isProperMatrix(s), optimizer);
        }

        /**
         * {@return this} Takes parameters of role {@link Role#EMBEDDING}.
         *
         * @param optimizer updates them
         */
        public Builder embeddings(Optimizer optimizer) {
            return role(Role.EMBEDDING, "embeddings", optimizer);
        }

        /**
         * {@return this} Takes parameters of role {@link Role#HEAD}.
         *
         * @param optimizer updates them
         */
        public Builder heads(Optimizer optimizer) {
            return role(Role.HEAD, "heads", optimizer);
        }

        /**
         * {@return this} Takes parameters of role {@link Role#NORM}.
         *
         * @param optimizer updates them
         */
        public Builder norms(Optimizer optimizer) {
            return role(Role.NORM, "norms", optimizer);
        }

        /**
         * {@return this} Takes parameters of role {@link Role#BIAS}.
         *
         * @param optimizer updates them
         */
        public Builder biases(Optimizer optimizer) {
            return role(Role.BIAS, "biases", optimizer);
        }

        /**
         * {@return this} Takes vectors of any role, and matrices of one row or column.
         *
         * @param optimizer updates them: AdamW without weight decay for instance
         */
        public Builder vectors(Optimizer optimizer) {
            return where("vectors", s -> !RoutingRule.isProperMatrix(s), optimizer);
        }

        /**
         * {@return this} Takes parameters whose whole name is like a pattern.
         *
         * @param pattern in which * stands for any characters, dots among them, and all others for themselves
         * @param optimizer updates them
         */
        public Builder named(String pattern, Optimizer optimizer) {
            return where(pattern, RoutingRule.isNamed(pattern), optimizer);
        }

        /**
         * {@return this} Takes parameters by shape or by whatever else there is to know of them.
         *
         * @param name what tables call this rule
         * @param test which parameters it takes
         * @param optimizer updates them
         */
        public Builder where(String name, Predicate<ParameterSpec> test, Optimizer optimizer) {
            if (isClosed) {
                throw new IllegalStateException("rule " + name + " comes after rest, which takes all");
            }
            if (!(optimizer instanceof AbstractOptimizer single)) {
                throw new IllegalArgumentException(
                        "rule " + name + " leads to another routing; join its rules to these");
            }
            rules.add(new RoutingRule(name, test, single));
            return this;
        }

        /**
         * {@return this} Takes all that is left; the last rule. Without it, what no rule takes is refused.
         *
         * @param optimizer updates them
         */
        public Builder rest(Optimizer optimizer) {
            where("rest", s -> true, optimizer);
            isClosed = true;
            return this;
        }

        private Builder role(Role role, String name, Optimizer optimizer) {
            return where(name, s -> s.role() == role, optimizer);
        }

        /** {@return an optimizer without parameters} */
        public Routing build() {
            return new Routing(rules);
        }
    }
}
