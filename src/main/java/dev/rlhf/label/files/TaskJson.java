package dev.rlhf.label.files;

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
import dev.rlhf.label.Remarks;
import dev.rlhf.label.Skip;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
        row.allow("id", "prompt", "messages", "completions", "rankings", "skips", "gold");
        return new RankedTask(
                row.id("id"),
                prompt(row),
                row.list("completions").stream().map(TaskJson::completion).toList(),
                listOrNone(row, "rankings").stream().map(TaskJson::ranking).toList(),
                listOrNone(row, "skips").stream().map(TaskJson::skip).toList(),
                row.has("gold") ? row.integers("gold") : null);
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
            if (!completion.ended()) {
                node.put("ended", false);
            }
        }
        ArrayNode rankings = row.putArray("rankings");
        task.rankings().forEach(ranking -> write(ranking, rankings.addObject()));
        if (!task.skips().isEmpty()) {
            ArrayNode skips = row.putArray("skips");
            task.skips().forEach(skip -> write(skip, skips.addObject()));
        }
        List<Integer> gold = task.gold();
        if (gold != null) {
            integers(gold, row.putArray("gold"));
        }
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
        completion.allow("id", "text", "model", "ended");
        return new Completion(
                completion.id("id"),
                completion.text("text"),
                completion.textOrNull("model"),
                !completion.has("ended") || completion.flag("ended"));
    }

    private static List<JsonNode> listOrNone(JsonObject row, String key) {
        return row.has(key) ? row.list(key) : List.of();
    }

    private static Ranking ranking(JsonNode node) {
        JsonObject ranking = JsonObject.of(node, "a ranking");
        ranking.allow(
                "labeler",
                "kind",
                "ranks",
                "top_k",
                "strength",
                "scores",
                "flags",
                "all_bad",
                "personal_data",
                "comment",
                "seconds",
                "guideline");
        return new Ranking(
                ranking.text("labeler"),
                kind(ranking),
                ranking.integers("ranks"),
                flags(ranking),
                ranking.numberOrNull("seconds"),
                ranking.textOrNull("guideline"),
                new Remarks(
                        ranking.intOrNull("top_k"),
                        ranking.intOrNull("strength"),
                        ranking.integersOrNull("scores"),
                        ranking.flag("all_bad"),
                        ranking.flag("personal_data"),
                        ranking.textOrNull("comment")));
    }

    private static Skip skip(JsonNode node) {
        JsonObject skip = JsonObject.of(node, "a skip");
        skip.allow(
                "labeler",
                "kind",
                "cannot_judge",
                "reason",
                "flags",
                "personal_data",
                "comment",
                "seconds",
                "guideline");
        return new Skip(
                skip.text("labeler"),
                kind(skip),
                skip.flag("cannot_judge"),
                skip.textOrNull("reason"),
                flags(skip),
                skip.flag("personal_data"),
                skip.textOrNull("comment"),
                skip.numberOrNull("seconds"),
                skip.textOrNull("guideline"));
    }

    private static LabelerKind kind(JsonObject label) {
        String kind = label.textOrNull("kind");
        return kind == null ? LabelerKind.PERSON : LabelerKind.of(kind);
    }

    private static Map<String, List<String>> flags(JsonObject label) {
        Map<String, List<String>> flags = new TreeMap<>();
        if (label.has("flags")) {
            JsonObject byCompletion = label.object("flags");
            for (String completion : byCompletion.keys()) {
                flags.put(completion, byCompletion.words(completion));
            }
        }
        return flags;
    }

    private static void write(Ranking ranking, ObjectNode node) {
        writeLabeler(ranking.labeler(), ranking.kind(), node);
        integers(ranking.ranks(), node.putArray("ranks"));
        Remarks remarks = ranking.remarks();
        if (remarks.topK() != null) {
            node.put("top_k", remarks.topK());
        }
        if (remarks.strength() != null) {
            node.put("strength", remarks.strength());
        }
        List<@Nullable Integer> scores = remarks.scores();
        if (scores != null) {
            integers(scores, node.putArray("scores"));
        }
        writeFlags(ranking.flags(), node);
        if (remarks.allBad()) {
            node.put("all_bad", true);
        }
        writeRest(remarks.personalData(), remarks.comment(), ranking.seconds(), ranking.guideline(), node);
    }

    private static void write(Skip skip, ObjectNode node) {
        writeLabeler(skip.labeler(), skip.kind(), node);
        if (skip.cannotJudge()) {
            node.put("cannot_judge", true);
        }
        if (skip.reason() != null) {
            node.put("reason", skip.reason());
        }
        writeFlags(skip.flags(), node);
        writeRest(skip.personalData(), skip.comment(), skip.seconds(), skip.guideline(), node);
    }

    private static void writeLabeler(String name, LabelerKind kind, ObjectNode node) {
        node.put("labeler", name);
        if (kind != LabelerKind.PERSON) {
            node.put("kind", kind.word());
        }
    }

    private static void writeFlags(Map<String, List<String>> flags, ObjectNode node) {
        if (!flags.isEmpty()) {
            ObjectNode object = node.putObject("flags");
            flags.forEach((completion, list) -> {
                ArrayNode words = object.putArray(completion);
                list.forEach(words::add);
            });
        }
    }

    private static void writeRest(
            boolean personalData,
            @Nullable String comment,
            @Nullable Double seconds,
            @Nullable String guideline,
            ObjectNode node) {
        if (personalData) {
            node.put("personal_data", true);
        }
        if (comment != null) {
            node.put("comment", comment);
        }
        if (seconds != null) {
            node.put("seconds", seconds);
        }
        if (guideline != null) {
            node.put("guideline", guideline);
        }
    }

    private static void integers(List<? extends @Nullable Integer> list, ArrayNode array) {
        for (Integer item : list) {
            array.add(item);
        }
    }
}
