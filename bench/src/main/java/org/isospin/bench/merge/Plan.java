package org.isospin.bench.merge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.isospin.bench.merge.Treatment.Action;
import org.isospin.bench.model.Model;
import org.isospin.checkpoint.TensorView;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of every tensor. Names that all experts have, in one shape: bytes that are all equal, the base's too, are
 * copied; matrices are merged, unless they were not asked for or the base has none; other floating point is averaged; of anything
 * else the base's is taken, or the first expert's. A name that some experts have is taken from the first of them; one that only the
 * base has is left out; shapes that differ are refused.
 */
final class Plan {
    private final List<Model> experts;
    private final @Nullable Model base;
    private final Set<String> matrices;
    private final MatrixMerge merge;

    /**
     * Makes a plan.
     *
     * @param experts at least one
     * @param base null if it is the experts' mean
     * @param matrices names of those of the first expert that may be merged
     * @param merge what is made of them
     */
    Plan(List<Model> experts, @Nullable Model base, Set<String> matrices, MatrixMerge merge) {
        this.experts = experts;
        this.base = base;
        this.matrices = matrices;
        this.merge = merge;
    }

    /** {@return one of each name, those of the first expert first} */
    List<Treatment> treatments() {
        Map<String, Treatment> found = new LinkedHashMap<>();
        for (Model expert : experts) {
            expert.tensors().keySet().forEach(name -> found.computeIfAbsent(name, this::treatment));
        }
        if (base != null) {
            base.tensors()
                    .values()
                    .forEach(tensor -> found.computeIfAbsent(
                            tensor.name(), _ -> Treatment.leaveOut(tensor, "only the base has it")));
        }
        return List.copyOf(found.values());
    }

    private Treatment treatment(String name) {
        List<TensorView> all = new ArrayList<>();
        List<String> owners = new ArrayList<>();
        for (int i = 0; i < experts.size(); i++) {
            TensorView tensor = experts.get(i).tensors().get(name);
            if (tensor != null) {
                all.add(tensor);
                owners.add(Integer.toString(i + 1));
            }
        }
        TensorView first = all.getFirst();
        TensorView origin = base == null ? null : base.tensors().get(name);
        if (all.size() < experts.size()) {
            return Treatment.copy(
                    first,
                    "from expert " + owners.getFirst() + "; of " + experts.size() + " only " + String.join(", ", owners)
                            + (owners.size() == 1 ? " has it" : " have it"));
        }
        for (TensorView tensor : all) {
            if (!Arrays.equals(tensor.shape(), first.shape())) {
                return Treatment.refuse(
                        first, "expert " + (all.indexOf(tensor) + 1) + " has shape " + Arrays.toString(tensor.shape()));
            }
        }
        boolean areEqual = all.stream().allMatch(tensor -> isSame(tensor, first));
        if (areEqual && (base == null || (origin != null && isSame(origin, first)))) {
            return Treatment.copy(first, "equal in all");
        }
        if (first.bytes().byteSize() == 0) {
            return Treatment.copy(first, "empty");
        }
        if (!all.stream().allMatch(TensorView::isFlattenable)) {
            return other(first, all, origin, areEqual);
        }
        if (!matrices.contains(name)) {
            return averaged(first, all, areEqual, first.dimensions() == 2 ? "not chosen" : "no matrix");
        }
        if (base == null) {
            return Treatment.compute(Action.MERGE, first, merge.merged(all, null), "");
        }
        if (origin == null) {
            return averaged(first, all, areEqual, "the base has none");
        }
        if (!Arrays.equals(origin.shape(), first.shape()) || !origin.isMatrix()) {
            return averaged(first, all, areEqual, "the base has " + origin);
        }
        return Treatment.compute(Action.MERGE, first, merge.merged(all, origin), "");
    }

    /** The mean of equal tensors is that tensor: copied, whatever rounding would do. */
    private Treatment averaged(TensorView first, List<TensorView> all, boolean areEqual, String note) {
        return areEqual
                ? Treatment.copy(first, note + ", equal in all experts")
                : Treatment.compute(Action.AVERAGE, first, merge.averaged(all), note);
    }

    private static Treatment other(
            TensorView first, List<TensorView> all, @Nullable TensorView origin, boolean areEqual) {
        if (areEqual) {
            return Treatment.copy(first, "equal in all experts");
        }
        boolean isOrigin =
                origin != null && origin.type() == first.type() && Arrays.equals(origin.shape(), first.shape());
        boolean isOneType = all.stream().allMatch(tensor -> tensor.type() == first.type());
        return Treatment.copy(
                isOrigin ? Objects.requireNonNull(origin) : first,
                (isOneType ? first.type() + " that differs" : "types that have no mean") + ": from "
                        + (isOrigin ? "the base" : "expert 1"));
    }

    static boolean isSame(TensorView a, TensorView b) {
        return a.type() == b.type()
                && Arrays.equals(a.shape(), b.shape())
                && a.bytes().mismatch(b.bytes()) < 0;
    }
}
