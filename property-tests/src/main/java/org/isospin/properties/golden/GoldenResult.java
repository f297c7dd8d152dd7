package org.isospin.properties.golden;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What became of a case. */
public sealed interface GoldenResult {
    /** {@return GROUP/CASE} */
    String id();

    /**
     * Everything compared was within its tolerance.
     *
     * @param id GROUP/CASE
     * @param share the largest share of a tolerance that was used, at most 1
     */
    record Passed(String id, double share) implements GoldenResult {
        /** {@return one line: the case and the share of its tolerance} */
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%s: passed, %.2g of its tolerance used", id, share);
        }
    }

    /**
     * Something was not.
     *
     * @param id GROUP/CASE
     * @param reason what, in one line
     * @param worst the element farthest beyond its tolerance; null where none was compared: a call threw, or a result is
     *     missing or of another shape
     */
    record Failed(String id, String reason, @Nullable GoldenDeviation worst) implements GoldenResult {
        /** {@return one line: the case and the reason} */
        @Override
        public String toString() {
            return id + ": failed: " + reason;
        }
    }

    /**
     * Nothing was compared.
     *
     * @param id GROUP/CASE
     * @param reason why, in one line
     */
    record Skipped(String id, String reason) implements GoldenResult {
        /** {@return one line: the case and the reason} */
        @Override
        public String toString() {
            return id + ": skipped: " + reason;
        }
    }
}
