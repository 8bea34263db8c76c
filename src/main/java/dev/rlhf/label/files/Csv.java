package dev.rlhf.label.files;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes tables for spreadsheets (RFC 4180). An apostrophe before everything that a spreadsheet would take for a
 * formula keeps texts of models and labelers from being executed (OWASP, CSV injection).
 */
final class Csv {
    private static final String BLANKS = "[ \u00a0\"']*+";

    /** What begins a formula, also as typed on a Japanese or Chinese keyboard. */
    private static final String SIGN = "[=+@＝＋－＠-]";

    /** The item of a Markdown list that contains nothing with which a formula could call anything. */
    private static final String ITEM = "[+-] [^(|!;\t\r\n]*+(?:[;\t\r\n]|\\z)";

    /**
     * The places of the apostrophes. Not only at the beginning: a spreadsheet whose cells are separated by semicolons
     * or tabs does not see that a text with commas around it is quoted, so such a cell may begin within the text.
     */
    private static final Pattern FORMULA = Pattern.compile(
            "^(?=[\t\r\n]|%1$s%2$s)|(?<=[;\t\r\n])(?!%1$s%3$s)(?=%1$s%2$s)".formatted(BLANKS, SIGN, ITEM));

    private static final Pattern QUOTED = Pattern.compile("[,;\"\t\r\n]");

    private Csv() {}

    static String line(List<String> cells) {
        return cells.stream().map(Csv::cell).collect(Collectors.joining(","));
    }

    private static String cell(String text) {
        String safe = FORMULA.matcher(text).replaceAll("'");
        return QUOTED.matcher(safe).find() ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
