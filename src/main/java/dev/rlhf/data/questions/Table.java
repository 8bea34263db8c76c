package dev.rlhf.data.questions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A table of comma- or tab-separated values (RFC 4180), as objects with one text per column. Text above the line with
 * column names, as in spreadsheet exports, is skipped.
 */
final class Table {
    /** The number of lines among which the column names must be. */
    private static final int LINES_ABOVE = 10;

    private static final ObjectReader READER = new CsvMapper()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvParser.Feature.TRIM_SPACES)
            .readerFor(String[].class);

    private Table() {}

    /**
     * Returns the rows; empty if no line near the top has column names that {@code fits} accepts. Rows of empty cells
     * are left out.
     *
     * @param fits tests an object that has every column
     * @throws InputException with file and line if the text is not a table, for example if a quoted value does not end
     */
    static List<ObjectNode> read(Path file, String text, Predicate<ObjectNode> fits) {
        int start = 0;
        for (int line = 0; line < LINES_ABOVE && start < text.length(); line++) {
            int end = text.indexOf('\n', start);
            String names = text.substring(start, end < 0 ? text.length() : end);
            for (char separator : new char[] {',', '\t'}) {
                if (fits.test(object(columns(names, separator), columns(names, separator)))) {
                    return rows(file, text.substring(start), line + 1, separator);
                }
            }
            start = end < 0 ? text.length() : end + 1;
        }
        return List.of();
    }

    private static String[] columns(String line, char separator) {
        return line.strip().replace("\"", "").split(String.valueOf(separator), -1);
    }

    /** @param first the line of the file in which the text starts */
    private static List<ObjectNode> rows(Path file, String text, int first, char separator) {
        ObjectReader reader = READER.with(CsvSchema.emptySchema().withColumnSeparator(separator));
        int line = first;
        try (MappingIterator<String[]> table = reader.readValues(text)) {
            String[] columns = table.nextValue();
            List<ObjectNode> rows = new ArrayList<>();
            while (true) {
                line = first - 1 + table.getCurrentLocation().getLineNr();
                if (!table.hasNextValue()) {
                    return rows;
                }
                String[] values = table.nextValue();
                if (!String.join("", values).isBlank()) {
                    rows.add(object(columns, values));
                }
            }
        } catch (JsonProcessingException e) {
            throw InputException.at(
                    file, line, "a value in quotation marks does not end where it should: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen: the text is in memory
        }
    }

    private static ObjectNode object(String[] columns, String[] values) {
        ObjectNode row = Json.mapper().createObjectNode();
        for (int i = 0; i < columns.length; i++) {
            row.put(columns[i].strip(), i < values.length ? values[i].strip() : "");
        }
        return row;
    }
}
