package org.isospin.bench.train;

/**
 * Windows of text, and of each of their tokens the one that follows.
 */
final class Batch {
    private final int windows;
    private final int length;
    private final int[] tokens;
    private final int[] targets;

    /**
     * Makes room.
     *
     * @param windows how many windows
     * @param length tokens of each
     */
    Batch(int windows, int length) {
        this.windows = windows;
        this.length = length;
        this.tokens = new int[windows * length];
        this.targets = new int[windows * length];
    }

    void set(int window, int position, int token, int target) {
        tokens[window * length + position] = token;
        targets[window * length + position] = target;
    }

    int windows() {
        return windows;
    }

    int length() {
        return length;
    }

    /** {@return how many tokens there are in all} */
    int size() {
        return tokens.length;
    }

    int token(int i) {
        return tokens[i];
    }

    int target(int i) {
        return targets[i];
    }
}
