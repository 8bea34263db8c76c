package dev.rlhf.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rlhf.base.InputException;
import dev.rlhf.text.Chat;
import dev.rlhf.text.Message;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Two completions of one prompt, one preferred.
 *
 * @param margin by how much, in units of reward
 */
public record PairRow(
        List<Message> messages,
        String chosen,
        String rejected,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double margin) {
    private static final Pattern TURN = Pattern.compile("\n\n(Human|Assistant):");

    public PairRow {
        messages = List.copyOf(messages);
    }

    /**
     * All pairs of a file: {@code {"prompt"|"messages", "chosen", "rejected", "margin"?}}, or Anthropic's HH format, where
     * {@code chosen} and {@code rejected} are whole conversations ({@code "\n\nHuman: …\n\nAssistant: …"}) that differ in the
     * last answer.
     *
     * @throws InputException with file and line
     */
    public static List<PairRow> read(Path path) {
        return JsonLines.read(path, PairRow::parse);
    }

    /** What tells this prompt from others: the whole conversation. Pairs of one prompt share it. */
    public String key() {
        return Chat.of(messages).key();
    }

    private static PairRow parse(JsonRow row) {
        row.id();
        row.meta();
        String chosen = row.string("chosen");
        String rejected = row.string("rejected");
        Double margin = row.optionalNumber("margin");
        if (row.has("prompt") || row.has("messages")) {
            return new PairRow(row.promptOrMessages(), chosen, rejected, margin);
        }
        if (!chosen.startsWith("\n\nHuman:") || !rejected.startsWith("\n\nHuman:")) {
            throw row.error(
                    "a row has \"prompt\" or \"messages\", or \"chosen\" and \"rejected\" both begin with \"\\n\\nHuman:\"");
        }
        List<Message> better = turns(row, "chosen", chosen);
        List<Message> worse = turns(row, "rejected", rejected);
        List<Message> prompt = better.subList(0, better.size() - 1);
        if (!prompt.equals(worse.subList(0, worse.size() - 1))) {
            throw row.error("\"chosen\" and \"rejected\" must share every turn but the last");
        }
        return new PairRow(prompt, better.getLast().content(), worse.getLast().content(), margin);
    }

    private static List<Message> turns(JsonRow row, String field, String conversation) {
        List<Message> turns = new ArrayList<>();
        Matcher marker = TURN.matcher(conversation);
        boolean more = marker.find();
        while (more) {
            String role = marker.group(1).equals("Human") ? "user" : "assistant";
            int begin = marker.end();
            more = marker.find();
            String content = conversation.substring(begin, more ? marker.start() : conversation.length());
            turns.add(new Message(role, content.startsWith(" ") ? content.substring(1) : content));
        }
        if (!turns.getLast().byAssistant()) {
            throw row.error("\"%s\" must end with a turn of the assistant".formatted(field));
        }
        return turns;
    }
}
