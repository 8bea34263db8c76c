package dev.rlhf.data;

import dev.rlhf.base.InputException;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.List;

/** A row whose tokens somebody wants to see: one to fine-tune on, or a prompt that is yet to be answered. */
public sealed interface TokenRow {
    /** A row as `rlhf sft` takes it. */
    record Trained(SftRow row) implements TokenRow {}

    /** Token ids of which nothing is learnt. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Ids(int[] ids) implements TokenRow {}

    /** A conversation in which the assistant has not said anything: what it would be asked. */
    record Asked(Chat chat) implements TokenRow {}

    /** A text as it is. */
    record Text(String text) implements TokenRow {}

    /**
     * All rows of a file: those of {@link SftRow}, {@link PromptRow} and {@link Document}s.
     *
     * @throws InputException with file and line
     */
    static List<TokenRow> read(Path path) {
        return JsonLines.read(path, TokenRow::parse);
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
        boolean answered =
                row.has("messages") && row.messages("messages").stream().anyMatch(Message::byAssistant);
        return row.has("input_ids") || row.has("response") || answered
                ? new Trained(SftRow.parse(row))
                : new Asked(PromptRow.parse(row).chat());
    }
}
