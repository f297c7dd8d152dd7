package org.isospin.io;

import java.util.Locale;

/** Text as JSON (RFC 8259) has it. */
public final class JsonText {
    private JsonText() {}

    /**
     * Appends a string in quotes.
     *
     * @param json the text so far
     * @param s the string
     * @return the text
     */
    public static StringBuilder append(StringBuilder json, String s) {
        json.append('"');
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (c < ' ') {
                        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        return json.append('"');
    }
}
