package dev.rlhf.label.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.Completion;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Message;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranking;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One line of a rankings file as JSON. Key order is fixed, so equal tasks are equal text. */
public final class TaskJson {
    private TaskJson() {}

    /**
     * A line as a task.
     *
     * @throws IllegalArgumentException saying what is wrong, without the place
     */
    public static RankedTask read(JsonNode node) {
        JsonObject row = JsonObject.of(node, "the line");
        row.allow("id", "prompt", "messages", "completions", "rankings");
        List<Completion> completions =
                row.list("completions").stream().map(TaskJson::completion).toList();
        List<Ranking> rankings = row.has("rankings")
                ? row.list("rankings").stream().map(TaskJson::ranking).toList()
                : List.of();
        return new RankedTask(row.text("id"), prompt(row), completions, rankings);
    }

    public static ObjectNode write(RankedTask task) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("id", task.id());
        if (task.prompt().plain()) {
            row.put("prompt", task.prompt().messages().getFirst().content());
        } else {
            row.set("messages", writeMessages(task.prompt().messages()));
        }
        ArrayNode completions = row.putArray("completions");
        for (Completion completion : task.completions()) {
            ObjectNode node = completions.addObject().put("id", completion.id()).put("text", completion.text());
            if (completion.model() != null) {
                node.put("model", completion.model());
            }
        }
        ArrayNode rankings = row.putArray("rankings");
        task.rankings().forEach(ranking -> write(ranking, rankings.addObject()));
        return row;
    }

    public static ArrayNode writeMessages(List<Message> messages) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        messages.forEach(
                message -> array.addObject().put("role", message.role()).put("content", message.content()));
        return array;
    }

    /**
     * The items of a {@code messages} array.
     *
     * @throws IllegalArgumentException if one is no message
     */
    public static List<Message> readMessages(List<JsonNode> array) {
        return array.stream()
                .map(node -> {
                    JsonObject message = JsonObject.of(node, "a message");
                    message.allow("role", "content");
                    return new Message(message.text("role"), message.text("content"));
                })
                .toList();
    }

    private static Prompt prompt(JsonObject row) {
        if (row.has("prompt") == row.has("messages")) {
            throw new IllegalArgumentException("a task has \"prompt\" or \"messages\", one of the two");
        }
        return row.has("prompt")
                ? Prompt.text(row.text("prompt"))
                : Prompt.conversation(readMessages(row.list("messages")));
    }

    private static Completion completion(JsonNode node) {
        JsonObject completion = JsonObject.of(node, "a completion");
        completion.allow("id", "text", "model");
        return new Completion(completion.text("id"), completion.text("text"), completion.textOrNull("model"));
    }

    private static Ranking ranking(JsonNode node) {
        JsonObject ranking = JsonObject.of(node, "a ranking");
        ranking.allow("labeler", "kind", "ranks", "flags", "seconds", "guideline");
        String kind = ranking.textOrNull("kind");
        return new Ranking(
                ranking.text("labeler"),
                kind == null ? LabelerKind.PERSON : LabelerKind.of(kind),
                ranking.integers("ranks"),
                flags(ranking),
                ranking.numberOrNull("seconds"),
                ranking.textOrNull("guideline"));
    }

    private static Map<String, List<String>> flags(JsonObject ranking) {
        Map<String, List<String>> flags = new TreeMap<>();
        if (ranking.has("flags")) {
            JsonObject byCompletion = ranking.object("flags");
            for (String completion : byCompletion.keys()) {
                List<String> list = new ArrayList<>();
                for (JsonNode flag : byCompletion.list(completion)) {
                    if (!flag.isTextual()) {
                        throw new IllegalArgumentException("\"flags\" maps a completion's id to a list of words");
                    }
                    list.add(flag.textValue());
                }
                flags.put(completion, list);
            }
        }
        return flags;
    }

    private static void write(Ranking ranking, ObjectNode node) {
        node.put("labeler", ranking.labeler());
        if (ranking.kind() != LabelerKind.PERSON) {
            node.put("kind", ranking.kind().word());
        }
        ArrayNode ranks = node.putArray("ranks");
        ranking.ranks().forEach(ranks::add);
        if (!ranking.flags().isEmpty()) {
            ObjectNode flags = node.putObject("flags");
            ranking.flags().forEach((completion, list) -> {
                ArrayNode words = flags.putArray(completion);
                list.forEach(words::add);
            });
        }
        if (ranking.seconds() != null) {
            node.put("seconds", ranking.seconds());
        }
        if (ranking.guideline() != null) {
            node.put("guideline", ranking.guideline());
        }
    }
}
