package org.isospin.bench.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Aligned columns of text: words to the left, numbers to the right, two spaces between, a heading. */
public final class Table {
    /** How a row is shown on a terminal with colours. */
    public enum Tint {
        /** As it is. */
        PLAIN(""),
        /** Green. */
        GOOD("\033[32m"),
        /** Red. */
        BAD("\033[31m"),
        /** Faint. */
        FAINT("\033[2m");

        private final String code;

        Tint(String code) {
            this.code = code;
        }
    }

    private static final String GAP = "  ";
    private static final String BOLD = "\033[1m";
    private static final String RESET = "\033[0m";

    private record Column(String heading, boolean isNumber) {}

    private record Row(Tint tint, List<String> cells) {}

    private final List<Column> columns = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    /** Makes a table without columns. */
    public Table() {}

    /**
     * Adds a column of words.
     *
     * @param heading its heading
     * @return this table
     */
    public Table words(String heading) {
        columns.add(new Column(heading, false));
        return this;
    }

    /**
     * Adds a column of numbers.
     *
     * @param heading its heading
     * @return this table
     */
    public Table numbers(String heading) {
        columns.add(new Column(heading, true));
        return this;
    }

    /**
     * Adds a row.
     *
     * @param cells a text for each column
     */
    public void row(String... cells) {
        row(Tint.PLAIN, cells);
    }

    /**
     * Adds a row.
     *
     * @param tint how it is shown where colours are
     * @param cells a text for each column
     */
    public void row(Tint tint, String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
        }
        rows.add(new Row(tint, List.of(cells)));
    }

    /** {@return the number of rows} */
    public int size() {
        return rows.size();
    }

    /**
     * Prints the table, coloured if standard output is a terminal that may be.
     *
     * @param out standard output
     */
    public void print(PrintWriter out) {
        print(out, Terminal.hasColour(Terminal.OUT));
    }

    /**
     * Prints the table without colours, wherever standard output goes.
     *
     * @param out a file
     */
    public void printPlain(PrintWriter out) {
        print(out, false);
    }

    private void print(PrintWriter out, boolean hasColour) {
        int[] widths = new int[columns.size()];
        List<String> headings = columns.stream().map(Column::heading).toList();
        widen(widths, headings);
        rows.forEach(row -> widen(widths, row.cells));
        out.println(hasColour ? BOLD + line(widths, headings) + RESET : line(widths, headings));
        for (Row row : rows) {
            String line = line(widths, row.cells);
            out.println(hasColour && row.tint != Tint.PLAIN ? row.tint.code + line + RESET : line);
        }
    }

    private static void widen(int[] widths, List<String> cells) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], width(cells.get(i)));
        }
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    private String line(int[] widths, List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String padding = " ".repeat(widths[i] - width(cells.get(i)));
            line.append(i == 0 ? "" : GAP);
            line.append(columns.get(i).isNumber ? padding + cells.get(i) : cells.get(i) + padding);
        }
        return line.toString().stripTrailing();
    }
}
