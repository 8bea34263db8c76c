package dev.rlhf.label.files;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes tables for spreadsheets (RFC 4180). A cell that a spreadsheet would interpret as a formula is prefixed with an
 * apostrophe, so that no text of a model or labeler is executed.
 */
final class Csv {
    private Csv() {}

    static String line(List<String> cells) {
        return cells.stream().map(Csv::cell).collect(Collectors.joining(","));
    }

    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
