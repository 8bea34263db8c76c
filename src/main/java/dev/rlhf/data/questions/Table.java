package dev.rlhf.data.questions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A table of comma- or tab-separated values (RFC 4180), as objects with one text per column. Text above the line of
 * column names, as in exports of spreadsheets, is skipped.
 */
final class Table {
    /** Lines in which the column names must be found. */
    private static final int LINES_ABOVE = 10;

    private Table() {}

    /**
     * Returns the rows; empty if no line near the top has column names that {@code fits} accepts. Rows
     * of empty cells are left out.
     *
     * @param fits tests an object that has every column
     * @throws InputException with file and line if a quoted value does not end
     */
    static List<ObjectNode> read(Path file, String text, Predicate<ObjectNode> fits) {
        int start = 0;
        for (int line = 0; line < LINES_ABOVE && start < text.length(); line++) {
            int end = text.indexOf('\n', start);
            String names = text.substring(start, end < 0 ? text.length() : end);
            for (char separator : new char[] {',', '\t'}) {
                if (fits.test(object(columns(names, separator), columns(names, separator)))) {
                    return rows(new Cells(file, text, start, line + 1, separator));
                }
            }
            start = end < 0 ? text.length() : end + 1;
        }
        return List.of();
    }

    private static List<String> columns(String line, char separator) {
        return List.of(line.strip().replace("\"", "").split(String.valueOf(separator), -1));
    }

    private static List<ObjectNode> rows(Cells cells) {
        List<String> columns = cells.row();
        List<ObjectNode> rows = new ArrayList<>();
        while (cells.more()) {
            List<String> values = cells.row();
            if (!values.stream().allMatch(String::isBlank)) {
                rows.add(object(columns, values));
            }
        }
        return rows;
    }

    private static ObjectNode object(List<String> columns, List<String> values) {
        ObjectNode row = Json.mapper().createObjectNode();
        for (int i = 0; i < columns.size(); i++) {
            row.put(columns.get(i).strip(), i < values.size() ? values.get(i).strip() : "");
        }
        return row;
    }

    /** Splits a text into rows of cells. Not thread-safe. */
    private static final class Cells {
        private final Path file;
        private final String text;
        private final char separator;
        private int at;
        private int line;

        Cells(Path file, String text, int at, int line, char separator) {
            this.file = file;
            this.text = text;
            this.at = at;
            this.line = line;
            this.separator = separator;
        }

        boolean more() {
            return at < text.length();
        }

        List<String> row() {
            List<String> cells = new ArrayList<>();
            do {
                cells.add(more() && text.charAt(at) == '"' ? quoted() : plain());
            } while (more() && text.charAt(at++) == separator);
            line++;
            return cells;
        }

        /** Reads up to a separator or the end of the line, which stays unread. */
        private String plain() {
            int start = at;
            while (more() && text.charAt(at) != separator && text.charAt(at) != '\n') {
                at++;
            }
            return text.substring(start, at);
        }

        /** Reads a value in quotation marks; two of them stand for one, and line ends are part of the value. */
        private String quoted() {
            int first = line;
            StringBuilder value = new StringBuilder();
            for (at++; more(); at++) {
                char c = text.charAt(at);
                if (c == '"') {
                    at++;
                    if (!more() || text.charAt(at) != '"') {
                        return value.append(plain()).toString();
                    }
                }
                line += c == '\n' ? 1 : 0;
                value.append(c);
            }
            throw InputException.at(file, first, "a value in quotation marks does not end");
        }
    }
}
