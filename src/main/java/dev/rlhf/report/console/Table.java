package dev.rlhf.report.console;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table for the console with aligned columns: numbers have few digits and are right-aligned; a missing value is an en
 * dash.
 *
 * <pre>{@code
 * new Table("metric", "base", "sft").row("answered", 0.12, 0.98).row("refused", 0, 0.02).print(console);
 *
 * metric      base     sft
 * ────────  ──────  ──────
 * answered  0.1200  0.9800
 * refused        0  0.0200
 * }</pre>
 *
 * Not thread-safe.
 */
public final class Table {
    private static final String NONE = "–";

    private final List<String> titles;
    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] text;

    public Table(String... titles) {
        this.titles = List.of(titles);
        this.text = new boolean[titles.length];
    }

    /** Creates a table whose titles are computed. */
    public Table(List<String> titles) {
        this(titles.toArray(String[]::new));
    }

    /**
     * Adds a row. A {@link Number} is formatted by {@link Numbers#number}, null is an en dash, anything else its
     * {@code toString} on one line; a column that contains text is aligned to the left.
     *
     * @throws IllegalArgumentException unless there is one cell per title
     */
    public Table row(@Nullable Object... cells) {
        if (cells.length != titles.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + titles.size() + " columns");
        }
        List<String> row = new ArrayList<>();
        for (int c = 0; c < cells.length; c++) {
            text[c] |= cells[c] != null && !(cells[c] instanceof Number);
            row.add(write(cells[c]));
        }
        rows.add(row);
        return this;
    }

    /** {@link #row(Object...) Adds a row} of computed cells. */
    public Table row(List<? extends @Nullable Object> cells) {
        return row(cells.toArray());
    }

    public void print(PrintStream console) {
        console.print(this);
        console.flush();
    }

    /** Returns all lines, each ended by a line feed. */
    @Override
    public String toString() {
        int[] widths = new int[titles.size()];
        for (int c = 0; c < widths.length; c++) {
            widths[c] = width(titles.get(c));
            for (List<String> row : rows) {
                widths[c] = Math.max(widths[c], width(row.get(c)));
            }
        }
        StringBuilder out = new StringBuilder();
        line(out, titles, widths);
        List<String> rule = new ArrayList<>();
        for (int width : widths) {
            rule.add("─".repeat(width));
        }
        line(out, rule, widths);
        rows.forEach(row -> line(out, row, widths));
        return out.toString();
    }

    private void line(StringBuilder out, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < widths.length; c++) {
            String space = " ".repeat(widths[c] - width(cells.get(c)));
            line.append(c == 0 ? "" : "  ");
            line.append(text[c] ? cells.get(c) + space : space + cells.get(c));
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }

    private static String write(@Nullable Object cell) {
        if (cell == null) {
            return NONE;
        }
        return cell instanceof Number number
                ? Numbers.number(number.doubleValue())
                : Numbers.oneLine(cell.toString(), Integer.MAX_VALUE);
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
