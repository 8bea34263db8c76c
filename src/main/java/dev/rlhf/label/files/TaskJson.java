package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelKind;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads and writes a line of a rankings file as JSON. Key order is fixed, so equal tasks give equal text. */
public final class TaskJson {
    private TaskJson() {}

    /**
     * Returns a line as a task.
     * @throws IllegalArgumentException if it is not a task; the message does not include file and line
     */
    public static RankedTask read(JsonNode node) {
        JsonObject row = JsonObject.of(node, "the line");
        row.allow("id", "prompt", "messages", "completions", "rankings", "skips", "gold", "adjudicated", "tags");
        List<Completion> completions =
                row.list("completions").stream().map(TaskJson::completion).toList();
        List<String> ids = completions.stream().map(Completion::id).toList();
        return new RankedTask(
                row.id("id"),
                prompt(row),
                completions,
                labels(row, "rankings", label -> ranking(label, ids)),
                labels(row, "skips", label -> skip(label, ids)),
                row.has("gold") ? row.integers("gold") : null,
                row.has("adjudicated") ? row.integers("adjudicated") : null,
                row.has("tags") ? row.words("tags") : List.of());
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
        List<String> ids = task.completions().stream().map(Completion::id).toList();
        ArrayNode rankings = row.putArray("rankings");
        task.rankings().forEach(label -> write(label, ids, rankings.addObject()));
        if (!task.skips().isEmpty()) {
            ArrayNode skips = row.putArray("skips");
            task.skips().forEach(label -> write(label, ids, skips.addObject()));
        }
        List<Integer> gold = task.gold();
        if (gold != null) {
            integers(gold, row.putArray("gold"));
        }
        List<Integer> adjudicated = task.adjudicated();
        if (adjudicated != null) {
            integers(adjudicated, row.putArray("adjudicated"));
        }
        if (!task.tags().isEmpty()) {
            task.tags().forEach(row.putArray("tags")::add);
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
     * Returns the items of a {@code messages} array.
     *
     * @throws IllegalArgumentException if one is not a message
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
                completion.flagOrTrue("ended"));
    }

    private static List<Label> labels(JsonObject row, String key, Function<JsonObject, Judgement> judgement) {
        if (!row.has(key)) {
            return List.of();
        }
        List<Label> labels = new ArrayList<>();
        for (JsonNode node : row.list(key)) {
            JsonObject label = JsonObject.of(node, key.equals("skips") ? "a skip" : "a ranking");
            String labeler = label.text("labeler");
            try {
                labels.add(new Label(labeler, labelerKind(label), judgement.apply(label)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("labeler '" + labeler + "': " + e.getMessage(), e);
            }
        }
        return labels;
    }

    private static Judgement ranking(JsonObject ranking, List<String> completions) {
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
                "guideline",
                "demonstration");
        return new Judgement(
                LabelKind.RANKING,
                Judgement.bestOnly(ranking.integers("ranks"), ranking.intOrNull("top_k")),
                ranking.intOrNull("strength"),
                ranking.integersOrNull("scores"),
                flags(ranking, completions),
                ranking.flag("all_bad"),
                ranking.flag("personal_data"),
                null,
                ranking.textOrNull("comment"),
                ranking.numberOrNull("seconds"),
                ranking.textOrNull("guideline"),
                ranking.textOrNull("demonstration"),
                null);
    }

    private static Judgement skip(JsonObject skip, List<String> completions) {
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
        return new Judgement(
                skip.flag("cannot_judge") ? LabelKind.CANNOT_JUDGE : LabelKind.SKIP,
                null,
                null,
                null,
                flags(skip, completions),
                false,
                skip.flag("personal_data"),
                skip.textOrNull("reason"),
                skip.textOrNull("comment"),
                skip.numberOrNull("seconds"),
                skip.textOrNull("guideline"));
    }

    private static LabelerKind labelerKind(JsonObject label) {
        String kind = label.textOrNull("kind");
        return kind == null ? LabelerKind.PERSON : LabelerKind.of(kind);
    }

    /** Reads {@code {completion id: words}}. */
    private static List<List<String>> flags(JsonObject label, List<String> completions) {
        if (!label.has("flags")) {
            return List.of();
        }
        JsonObject byCompletion = label.object("flags");
        for (String flagged : byCompletion.keys()) {
            if (!completions.contains(flagged)) {
                throw new IllegalArgumentException("flags completion '" + flagged + "', which the task does not have");
            }
        }
        return completions.stream()
                .map(id -> byCompletion.has(id) ? byCompletion.words(id) : List.<String>of())
                .toList();
    }

    private static void write(Label label, List<String> completions, ObjectNode node) {
        Judgement judgement = label.judgement();
        node.put("labeler", label.labeler());
        if (label.labelerKind() != LabelerKind.PERSON) {
            node.put("kind", label.labelerKind().word());
        }
        if (label.isRanking()) {
            integers(label.ranks(), node.putArray("ranks"));
        } else if (judgement.kind() == LabelKind.CANNOT_JUDGE) {
            node.put("cannot_judge", true);
        }
        put(node, "top_k", judgement.topK());
        put(node, "strength", judgement.strength());
        List<@Nullable Integer> scores = judgement.scores();
        if (scores != null) {
            integers(scores, node.putArray("scores"));
        }
        put(node, "reason", judgement.reason());
        if (!judgement.flags().isEmpty()) {
            writeFlags(judgement.flags(), completions, node.putObject("flags"));
        }
        putIfTrue(node, "all_bad", judgement.allBad());
        putIfTrue(node, "personal_data", judgement.personalData());
        put(node, "comment", judgement.comment());
        put(node, "demonstration", judgement.demonstration());
        put(node, "seconds", judgement.seconds());
        put(node, "guideline", judgement.guideline());
    }

    /** Writes {@code {completion id: words}}, sorted by id. */
    private static void writeFlags(List<List<String>> flags, List<String> completions, ObjectNode node) {
        Map<String, List<String>> sorted = new TreeMap<>();
        for (int i = 0; i < completions.size(); i++) {
            sorted.put(completions.get(i), flags.get(i));
        }
        sorted.values().removeIf(List::isEmpty);
        sorted.forEach((completion, words) -> words.forEach(node.putArray(completion)::add));
    }

    private static void put(ObjectNode node, String key, @Nullable Object value) {
        if (value != null) {
            node.set(key, Json.mapper().valueToTree(value));
        }
    }

    private static void putIfTrue(ObjectNode node, String key, boolean value) {
        if (value) {
            node.put(key, true);
        }
    }

    private static void integers(List<? extends @Nullable Integer> list, ArrayNode array) {
        for (Integer item : list) {
            array.add(item);
        }
    }
}
