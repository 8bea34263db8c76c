package dev.rlhf.label.files;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.base.Json;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.Origin;
import dev.rlhf.label.RankedTask;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Reads the rows of a file that is a JSON array or has one object per line. */
final class ForeignRows {
    /** Reads one value and leaves the rest of the input. */
    private static final ObjectReader ROWS =
            Json.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final RowReader reader;
    private final List<RankedTask> tasks = new ArrayList<>();
    private final Map<String, Long> lineOf = new HashMap<>();
    private final SortedMap<String, Integer> leftOut = new TreeMap<>();
    private int rows;

    private ForeignRows(RowReader reader) {
        this.reader = reader;
    }

    /** Reads a file with one task per row. */
    static ForeignLabels read(Path file, RowReader reader) throws IOException {
        ForeignRows rows = new ForeignRows(reader);
        forEach(file, rows::take);
        if (rows.tasks.isEmpty()) {
            throw InputException.at(file, "no task in " + rows.rows + " rows; left out: " + rows.leftOut);
        }
        return new ForeignLabels(rows.tasks, rows.rows, rows.leftOut);
    }

    /**
     * Passes each row of a file to {@code consumer}, with file and line.
     *
     * @throws InputException if the file cannot be read, is not UTF-8 or not JSON, or a row contains a lone surrogate
     */
    static void forEach(Path file, BiConsumer<Origin, JsonNode> consumer) throws IOException {
        // A decoder, not a charset: bytes that are not UTF-8 are an error instead of a replacement character.
        try (Reader text = new InputStreamReader(InputFile.open(file), StandardCharsets.UTF_8.newDecoder())) {
            walk(file, text, consumer);
        } catch (CharacterCodingException e) {
            throw new InputException(file + ": not UTF-8; save the file in that encoding", e);
        }
    }

    /**
     * Returns the first row of a file without reading the others; an empty object if there is none.
     *
     * @throws InputException if the file cannot be read or its beginning is not JSON
     */
    static JsonNode first(Path file) throws IOException {
        try (Reader text = new InputStreamReader(InputFile.open(file), StandardCharsets.UTF_8);
                JsonParser parser = Json.mapper().createParser(text)) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_ARRAY) {
                token = parser.nextToken();
            }
            return token == JsonToken.START_OBJECT
                    ? ROWS.readTree(parser)
                    : Json.mapper().createObjectNode();
        } catch (JsonProcessingException e) {
            throw InputException.at(file, Json.line(e), "not JSON: " + Json.reason(e));
        }
    }

    private static void walk(Path file, Reader text, BiConsumer<Origin, JsonNode> consumer) throws IOException {
        try (JsonParser parser = Json.mapper().createParser(text)) {
            JsonToken token = parser.nextToken();
            boolean array = token == JsonToken.START_ARRAY;
            for (token = array ? parser.nextToken() : token;
                    token != null && token != JsonToken.END_ARRAY;
                    token = parser.nextToken()) {
                Origin origin = new Origin(file, parser.currentTokenLocation().getLineNr());
                JsonNode row = ROWS.readTree(parser);
                JsonLines.refuseLoneSurrogates(origin, row);
                consumer.accept(origin, row);
            }
            if (array && parser.nextToken() != null) {
                throw InputException.at(
                        file, parser.currentTokenLocation().getLineNr(), "something follows the array; remove it");
            }
        } catch (JsonProcessingException e) {
            throw InputException.at(file, Json.line(e), "not JSON: " + Json.reason(e));
        }
    }

    private void take(Origin origin, JsonNode node) {
        rows++;
        List<RankedTask> read;
        try {
            read = reader.read(
                    JsonObject.of(node, "the row"), "row-" + rows, reason -> leftOut.merge(reason, 1, Integer::sum));
        } catch (IllegalArgumentException e) {
            throw origin.error(String.valueOf(e.getMessage()));
        }
        for (RankedTask task : read) {
            Long first = lineOf.putIfAbsent(task.id(), origin.line());
            if (first != null) {
                throw origin.error("id '" + task.id() + "' is also on line " + first + "; ids are unique");
            }
            tasks.add(task);
        }
    }
}
