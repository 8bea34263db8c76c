package dev.rlhf.data;

import dev.rlhf.base.InputException;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.List;

/** A row whose tokens are to be shown: one to fine-tune on, a prompt, token ids or a text. */
public sealed interface TokenRow {
    /** A row to fine-tune on, as {@code rlhf sft} reads it. */
    record Trained(SftRow row) implements TokenRow {}

    /** Token ids, none of which is trained on. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Ids(int[] ids) implements TokenRow {}

    /** A conversation that the assistant has not answered yet. */
    record Asked(Chat chat) implements TokenRow {}

    /** A text, encoded without a template. */
    record Text(String text) implements TokenRow {}

    /**
     * Reads all rows of a file with their places: those of {@link SftRow}, {@link PromptRow} and {@link Document}.
     *
     * @throws InputException with file and line
     */
    static List<Located<TokenRow>> read(Path path) {
        return JsonLines.read(path, row -> new Located<>(parse(row), row.origin(), null));
    }

    private static TokenRow parse(JsonRow row) {
        if (row.has("text")) {
            row.id();
            row.meta();
            return new Text(row.string("text"));
        }
        if (row.has("input_ids") && !row.has("labels")) {
            row.optionalJson("id");
            row.optionalJson("labels");
            row.meta();
            return new Ids(row.tokenIds("input_ids"));
        }
        boolean answered = row.has("messages")
                && ConversationFields.messages(row, "messages").stream().anyMatch(Message::byAssistant);
        return row.has("input_ids") || row.has("response") || row.has("completion") || answered
                ? new Trained(SftRow.parse(row))
                : new Asked(PromptRow.parse(row).chat());
    }
}
