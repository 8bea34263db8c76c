package dev.rlhf.label.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {
    private static final String SIGNS = "=+-@＝＋－＠";

    /** Reads a line as a spreadsheet with this separator does; quotes count at a cell's beginning. */
    private static List<String> cells(String text, char separator) {
        List<StringBuilder> cells = Stream.of(new StringBuilder()).collect(Collectors.toList());
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && quoted && text.startsWith("\"\"", i)) {
                cells.getLast().append(text.charAt(i++));
            } else if (c == '"' && (quoted || cells.getLast().isEmpty())) {
                quoted = !quoted;
            } else if (!quoted && (c == separator || c == '\n' || c == '\r')) {
                cells.add(new StringBuilder());
            } else {
                cells.getLast().append(c);
            }
        }
        return cells.stream().map(StringBuilder::toString).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s1",
                " %s1",
                "\u00a0%s1",
                "\"%s1\"",
                "a;%s1",
                "a; %s1",
                "a;\"%s1\"",
                "a;\"\"%s1\"\"",
                "a\t%s1",
                "a\n%scmd|'/C calc'!A0",
                "a\r\n%scmd|'/C calc'!A0",
                "\t%s1",
                "\r%s1",
                "\n%s1",
                "a,b;%s1",
                "x\n%s WEBSERVICE(\"http://example.org\")",
                "x;%s SUM(A1)",
            })
    void noCellBeginsWithASignWhateverSeparatesCells(String text) {
        for (char sign : SIGNS.toCharArray()) {
            String line = Csv.line(List.of("task", text.formatted(sign), "b"));
            for (char separator : new char[] {',', ';', '\t'}) {
                assertThat(cells(line, separator))
                        .as(line + " separated by " + separator)
                        .allSatisfy(cell -> assertThat(SIGNS).doesNotContain(first(cell)));
            }
        }
    }

    private static String first(String cell) {
        String bare = cell.replaceFirst("^[\\s\u00a0\"]+", "");
        return bare.isEmpty() ? "none" : bare.substring(0, 1);
    }

    @Test
    void otherTextsAreWrittenAsTheyAre() {
        for (String text : Arrays.asList(
                "",
                "plain",
                "3.5",
                "a = b",
                "x;y",
                "1+1=2",
                "so:\n- one\n+ two\n- three",
                "tab\there",
                "a\n\nb",
                "e-mail@example.org; second@example.org")) {
            assertThat(Csv.line(List.of(text)).replaceAll("^\"|\"$", "")).isEqualTo(text);
        }
    }

    @Test
    void aLongTextTakesNoLongTime() {
        for (String part : List.of("\t", ";", " ", "\n- ", "\n-\t", "; \"'", "\n+ a")) {
            long start = System.nanoTime();
            Csv.line(List.of(part.repeat(200_000)));
            double seconds = (System.nanoTime() - start) / 1e9;
            assertThat(seconds)
                    .as(String.format(Locale.ROOT, "%.2f s for %s", seconds, part))
                    .isLessThan(5);
        }
    }
}
