package dev.rlhf.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sequence to be scored: {@code text}, {@code prompt} and {@code response}, {@code messages} that end with the
 * assistant, or {@code input_ids}; a file may mix them. A line of {@code generate}'s output is such a row.
 *
 * @param id as in the file, of any JSON type; null if absent
 * @param origin the row's place
 */
public record ScoringRow(@Nullable JsonNode id, Origin origin, Content content) {
    /** Other fields of {@code generate}'s output. */
    private static final List<String> OF_GENERATE =
            List.of("token_ids", "finish_reason", "logprobs", "score", "scores");

    /** The content to score. */
    public sealed interface Content {
        /** A text, not empty. */
        record Text(String text) implements Content {}

        /**
         * A conversation and the assistant's response.
         *
         * @param ended whether the end token follows the response; false if it was truncated; true if the row does not
         *     say
         */
        record Exchange(Chat prompt, String response, boolean ended) implements Content {}

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
        boolean exchange = row.has("prompt") || row.has("response") || row.has("completion") || row.has("messages");
        boolean ids = row.has("input_ids");
        if ((text ? 1 : 0) + (exchange ? 1 : 0) + (ids ? 1 : 0) != 1) {
            throw row.error(
                    "a row has either \"text\", or \"prompt\" and \"response\", or \"messages\", or \"input_ids\"");
        }
        if (ids) {
            return new Content.TokenIds(row.tokenIds("input_ids"));
        }
        if (exchange) {
            return exchange(row);
        }
        if (row.string("text").isEmpty()) {
            throw row.error("\"text\" is empty");
        }
        return new Content.Text(row.string("text"));
    }

    private static Content exchange(JsonRow row) {
        row.know("prompt", "messages", "response", "completion");
        OF_GENERATE.forEach(row::optionalJson);
        boolean completed = row.has("completion");
        if (completed && row.has("response")) {
            throw row.error("\"response\" and \"completion\" are the same; give one of them");
        }
        boolean whole = row.has("messages") && !completed && !row.has("response");
        List<Message> prompt = whole ? ConversationFields.messages(row, "messages") : promptOf(row);
        Message response =
                whole ? prompt.getLast() : ConversationFields.completion(row, completed ? "completion" : "response");
        if (!response.byAssistant() || !response.isPlain()) {
            throw row.error("the last message must be the assistant's, of role and content");
        }
        Map<String, Object> variables = ConversationFields.templateVariables(ConversationFields.templateFields(row));
        return new Content.Exchange(
                new Chat(whole ? prompt.subList(0, prompt.size() - 1) : prompt, variables),
                response.content(),
                ended(row));
    }

    /** Returns the prompt; without one the error says that, like the one about a missing response. */
    private static List<Message> promptOf(JsonRow row) {
        return row.has("prompt") || row.has("messages")
                ? ConversationFields.promptOrMessages(row)
                : List.of(Message.user(row.string("prompt")));
    }

    private static boolean ended(JsonRow row) {
        JsonNode ended = row.optionalJson("ended");
        if (ended != null && !ended.isBoolean()) {
            throw row.error("\"ended\" must be true or false");
        }
        JsonNode reason = row.optionalJson("finish_reason");
        return ended == null ? reason == null || !reason.asText().equals("length") : ended.booleanValue();
    }
}
