package dev.rlhf.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sequence to be scored: {@code text}, {@code prompt} and {@code response}, or {@code input_ids}; a file may mix
 * them.
 *
 * @param id as in the file, of any JSON type; null if absent
 * @param origin the row's place
 */
public record ScoringRow(@Nullable JsonNode id, Origin origin, Content content) {
    /** The content to score. */
    public sealed interface Content {
        /** A text, not empty. */
        record Text(String text) implements Content {}

        /**
         * A prompt and its response.
         * @param ended whether the end token follows the response; false if it was truncated; true if the row does not
         *     say
         */
        record Exchange(String prompt, String response, boolean ended) implements Content {}

        /** Token ids, at least one, none negative; no tokenizer is needed. */
        @SuppressWarnings("ArrayRecordComponent") // never compared
        record TokenIds(int[] ids) implements Content {}
    }

    /**
     * Reads all rows of a file.
     *
     * @throws InputException with file and line
     */
    public static List<ScoringRow> read(Path path) {
        return JsonLines.read(path, ScoringRow::parse);
    }

    private static ScoringRow parse(JsonRow row) {
        JsonNode id = row.optionalJson("id");
        row.meta();
        return new ScoringRow(id, row.origin(), content(row));
    }

    private static Content content(JsonRow row) {
        boolean text = row.has("text");
        boolean exchange = row.has("prompt") || row.has("response");
        boolean ids = row.has("input_ids");
        if ((text ? 1 : 0) + (exchange ? 1 : 0) + (ids ? 1 : 0) != 1) {
            throw row.error("a row has either \"text\", or \"prompt\" and \"response\", or \"input_ids\"");
        }
        if (ids) {
            return new Content.TokenIds(row.tokenIds("input_ids"));
        }
        if (exchange) {
            return new Content.Exchange(row.string("prompt"), row.string("response"), ended(row));
        }
        if (row.string("text").isEmpty()) {
            throw row.error("\"text\" is empty");
        }
        return new Content.Text(row.string("text"));
    }

    private static boolean ended(JsonRow row) {
        JsonNode ended = row.optionalJson("ended");
        if (ended != null && !ended.isBoolean()) {
            throw row.error("\"ended\" must be true or false");
        }
        return ended == null || ended.booleanValue();
    }
}
