package org.isospin.bench.merge;

import java.util.Comparator;

/** The order of names as people count: numbers between dots are numbers, so that layer 10 comes after layer 9. */
final class LayerOrder implements Comparator<String> {
    @Override
    public int compare(String a, String b) {
        String[] left = a.split("\\.", -1);
        String[] right = b.split("\\.", -1);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            boolean areNumbers = isNumber(left[i]) && isNumber(right[i]);
            int order = areNumbers
                    ? Long.compare(Long.parseLong(left[i]), Long.parseLong(right[i]))
                    : left[i].compareTo(right[i]);
            if (order != 0) {
                return order;
            }
        }
        return left.length == right.length ? a.compareTo(b) : Integer.compare(left.length, right.length);
    }

    private static boolean isNumber(String part) {
        return part.length() < 18 && !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
