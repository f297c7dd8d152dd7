package org.isospin.simd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every worker of a stream has for itself, made when it is first asked for. */
final class PerWorker<T> {
    private final List<@Nullable T> made;
    private final Supplier<T> maker;

    PerWorker(int workers, Supplier<T> maker) {
        this.made = new ArrayList<@Nullable T>(workers);
        for (int i = 0; i < workers; i++) {
            made.add(null);
        }
        this.maker = maker;
    }

    /** {@return the worker's own; no two threads ask for the same one at a time} */
    T get(int worker) {
        T mine = made.get(worker);
        if (mine == null) {
            mine = maker.get();
            made.set(worker, mine);
        }
        return mine;
    }
}
