package dev.rlhf.data;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.InputException;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Two completions of one prompt, of which one is preferred.
 *
 * @param id as in the file; null if absent
 * @param margin by how much it is preferred, in units of reward, at least 0; null: no margin
 * @param chosenEnded false if {@code chosen} was cut off at {@code max_new_tokens}
 * @param rejectedEnded false if {@code rejected} was cut off
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PairRow(
        @Nullable String id,
        List<Message> messages,
        String chosen,
        String rejected,
        @Nullable Double margin,
        @JsonProperty("chosen_ended") boolean chosenEnded,
        @JsonProperty("rejected_ended") boolean rejectedEnded) {
    private static final Pattern TURN = Pattern.compile("\n\n(Human|Assistant):");

    public PairRow {
        messages = List.copyOf(messages);
    }

    /**
     * Reads one row: {@code {"prompt"|"messages", "chosen", "rejected", "margin"?}}, as text or in TRL's conversational
     * form, or without a prompt, where {@code chosen} and {@code rejected} are whole conversations that differ in the
     * last answer: lists of messages, or Anthropic's HH transcripts ({@code "\n\nHuman: …\n\nAssistant: …"}).
     *
     * @throws InputException with file and line
     */
    public static PairRow parse(Origin origin, ObjectNode object) {
        JsonRow row = new JsonRow(origin, object);
        PairRow pair = parse(row);
        row.refuseOthers();
        return pair;
    }

    private static PairRow parse(JsonRow row) {
        row.meta();
        row.optionalString("labeler");
        Double margin = row.optionalNumber("margin");
        if (margin != null && !(margin >= 0 && margin < Double.POSITIVE_INFINITY)) {
            throw row.error("\"margin\" must be a number of at least 0, not " + margin);
        }
        Sides sides = row.has("prompt") || row.has("messages")
                ? new Sides(
                        ConversationFields.promptOrMessages(row),
                        completion(row, "chosen"),
                        completion(row, "rejected"))
                : conversations(row);
        return new PairRow(
                row.id(),
                sides.prompt(),
                sides.chosen(),
                sides.rejected(),
                margin,
                row.optionalBoolean("chosen_ended", true),
                row.optionalBoolean("rejected_ended", true));
    }

    private record Sides(List<Message> prompt, String chosen, String rejected) {}

    private static String completion(JsonRow row, String field) {
        Message message = ConversationFields.completion(row, field);
        if (!message.isPlain()) {
            throw row.error("\"%s\" must be a message of role and content".formatted(field));
        }
        return message.content();
    }

    private static Sides conversations(JsonRow row) {
        List<Message> better = turns(row, "chosen");
        List<Message> worse = turns(row, "rejected");
        List<Message> prompt = better.subList(0, better.size() - 1);
        if (!prompt.equals(worse.subList(0, worse.size() - 1))) {
            throw row.error("\"chosen\" and \"rejected\" must share every turn but the last");
        }
        return new Sides(prompt, better.getLast().content(), worse.getLast().content());
    }

    private static List<Message> turns(JsonRow row, String field) {
        JsonNode value = row.optionalJson(field);
        List<Message> turns = value != null && value.isArray()
                ? ConversationFields.messages(row, field)
                : transcript(row, row.string(field));
        if (turns.size() < 2 || !turns.getLast().byAssistant()) {
            throw row.error("\"%s\" must end with a turn of the assistant".formatted(field));
        }
        return turns;
    }

    private static List<Message> transcript(JsonRow row, String conversation) {
        if (!conversation.startsWith("\n\nHuman:")) {
            throw row.error("a row has \"prompt\" or \"messages\", or \"chosen\" and \"rejected\" both begin with"
                    + " \"\\n\\nHuman:\"");
        }
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
        return turns;
    }
}
