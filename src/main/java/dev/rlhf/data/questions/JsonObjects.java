package dev.rlhf.data.questions;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputFile;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads the rows of a JSON file one by one, with only one row in memory: the objects of JSON Lines, of an array, or of
 * the list within an outer object ({@code {"data": [row, …]}}).
 */
final class JsonObjects {
    /** Fields of an outer object that list the rows: SQuAD, TriviaQA, SelfAware. */
    private static final Set<String> LISTS = Set.of("data", "Data", "example");

    private static final ObjectReader READER =
            Json.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonObjects() {}

    /**
     * Passes the rows to {@code next} until it returns false.
     *
     * @throws com.fasterxml.jackson.core.JsonProcessingException if the file is not JSON
     */
    static void forEach(Path file, Predicate<ObjectNode> next) throws IOException {
        try (InputStream in = InputFile.open(file);
                JsonParser parser = READER.createParser(in)) {
            boolean more = true;
            while (more && parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.START_OBJECT) {
                    more = object(parser, next);
                }
            }
        }
    }

    /** Reads an object at its opening brace: a row, or an outer object with a list of rows. */
    private static boolean object(JsonParser parser, Predicate<ObjectNode> next) throws IOException {
        ObjectNode row = Json.mapper().createObjectNode();
        boolean outer = false;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String field = parser.currentName();
            if (parser.nextToken() == JsonToken.START_ARRAY && LISTS.contains(field)) {
                outer = true;
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (READER.<JsonNode>readTree(parser) instanceof ObjectNode element && !next.test(element)) {
                        return false;
                    }
                }
            } else {
                row.set(field, READER.<JsonNode>readTree(parser));
            }
        }
        return outer || next.test(row);
    }
}
