package org.isospin.bench.cli;

import java.util.SequencedMap;

/** What the pages of results share: one style, no scripts, nothing from elsewhere. */
public final class Page {
    /** What closes a page. */
    public static final String END = "</main></body></html>\n";

    private static final String HEAD = """
            <!doctype html>
            <html lang='en'><head><meta charset='utf-8'>
            <meta name='viewport' content='width=device-width, initial-scale=1'>
            <title>isospin bench</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; margin: 0; }
            main { max-width: 980px; margin: 0 auto; padding: 24px 20px 60px; }
            h1 { font-size: 26px; margin: 0 0 2px; }
            h2 { font-size: 19px; margin: 40px 0 0; border-top: 1px solid #ddd; padding-top: 18px; }
            p.lead { color: #555; margin: 2px 0 12px; }
            dl { display: grid; grid-template-columns: max-content auto; gap: 2px 16px; font-size: 14px; }
            dt { color: #666; } dd { margin: 0; overflow-wrap: anywhere; }
            table { border-collapse: collapse; font-size: 14px; width: 100%; font-variant-numeric: tabular-nums; }
            th { text-align: right; font-weight: 600; color: #555; border-bottom: 2px solid #ddd; padding: 4px 8px; }
            td { text-align: right; padding: 3px 8px; border-bottom: 1px solid #eee; white-space: nowrap; }
            th.w, td.w { text-align: left; }
            tr.first td { border-top: 2px solid #ddd; }
            tr.bad td { color: #b00020; white-space: normal; }
            .plots { display: flex; flex-wrap: wrap; gap: 10px; margin: 8px 0 10px; }
            svg { font: 12px system-ui, sans-serif; fill: #444; max-width: 100%; height: auto; }
            svg .title { font-weight: 600; font-size: 13px; } svg .name { font-weight: 600; }
            ul.verdicts { padding-left: 18px; } .note { color: #7a4b00; } .skips { color: #666; font-size: 13px; }
            i.dot { display: inline-block; width: 9px; height: 9px; border-radius: 50%; margin-right: 6px; }
            </style></head><body><main>
            """;

    private Page() {}

    /** {@return the page up to its heading} */
    public static String head() {
        return HEAD;
    }

    /**
     * {@return a list of facts}
     *
     * @param facts values by names
     */
    public static String facts(SequencedMap<String, String> facts) {
        StringBuilder list = new StringBuilder("<dl>");
        facts.forEach((name, value) -> list.append("<dt>")
                .append(escape(name))
                .append("</dt><dd>")
                .append(escape(value))
                .append("</dd>\n"));
        return list.append("</dl>\n").toString();
    }

    /**
     * {@return a paragraph that says what follows}
     *
     * @param text any text
     */
    public static String lead(String text) {
        return "<p class='lead'>" + escape(text) + "</p>\n";
    }

    /**
     * {@return a cell of a table with a number}
     *
     * @param text any text
     */
    public static String cell(String text) {
        return "<td>" + escape(text) + "</td>";
    }

    /**
     * {@return a cell of a table with words}
     *
     * @param text any text
     */
    public static String word(String text) {
        return "<td class='w'>" + escape(text) + "</td>";
    }

    /**
     * {@return text as HTML has it}
     *
     * @param text any text
     */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&quot;");
    }
}
