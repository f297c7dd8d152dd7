package org.isospin.properties;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps, of many results of the same laws, the one of each law that used most of its allowance. */
final class Worst {
    private final Map<String, LawResult> byLaw = new LinkedHashMap<>();

    void add(LawResult result) {
        byLaw.merge(result.law(), result, (a, b) -> b.share() > a.share() ? b : a);
    }

    List<LawResult> results() {
        return new ArrayList<>(byLaw.values());
    }
}
