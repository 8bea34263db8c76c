package dev.rlhf.label.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.internal.JsonObject;
import dev.rlhf.label.internal.TextFile;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Walks the rows of a file, whether it is one array or an object a line. */
final class ForeignRows {
    /** Reads one value and leaves what follows it. */
    private static final ObjectReader ROWS =
            Json.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final Path file;
    private final RowReader reader;
    private final List<RankedTask> tasks = new ArrayList<>();
    private final Map<String, Long> lineOf = new HashMap<>();
    private final SortedMap<String, Integer> leftOut = new TreeMap<>();
    private int rows;

    private ForeignRows(Path file, RowReader reader) {
        this.file = file;
        this.reader = reader;
    }

    static ForeignLabels read(Path file, RowReader reader) throws IOException {
        ForeignRows rows = new ForeignRows(file, reader);
        TextFile.read(file, rows::walk);
        if (rows.tasks.isEmpty()) {
            throw InputException.at(file, "no task in " + rows.rows + " rows; left out: " + rows.leftOut);
        }
        return new ForeignLabels(rows.tasks, rows.rows, rows.leftOut);
    }

    private void walk(Reader text) throws IOException {
        try (JsonParser parser = Json.mapper().createParser(text)) {
            JsonToken token = parser.nextToken();
            boolean array = token == JsonToken.START_ARRAY;
            for (token = array ? parser.nextToken() : token;
                    token != null && token != JsonToken.END_ARRAY;
                    token = parser.nextToken()) {
                long line = parser.currentTokenLocation().getLineNr();
                rows++;
                take(ROWS.readTree(parser), line);
            }
            if (array && parser.nextToken() != null) {
                throw InputException.at(
                        file, parser.currentTokenLocation().getLineNr(), "something follows the array; remove it");
            }
        } catch (JsonProcessingException e) {
            long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw InputException.at(file, line, "not JSON: " + Json.reason(e));
        }
    }

    private void take(JsonNode node, long line) {
        Optional<RankedTask> task;
        try {
            task = reader.read(
                    JsonObject.of(node, "the row"), "row-" + rows, reason -> leftOut.merge(reason, 1, Integer::sum));
        } catch (IllegalArgumentException e) {
            throw InputException.at(file, line, String.valueOf(e.getMessage()));
        }
        task.ifPresent(own -> {
            Long first = lineOf.putIfAbsent(own.id(), line);
            if (first != null) {
                throw InputException.at(
                        file, line, "id '" + own.id() + "' is also on line " + first + "; ids are unique");
            }
            tasks.add(own);
        });
    }
}
