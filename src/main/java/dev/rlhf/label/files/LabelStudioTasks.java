package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads Label Studio's JSON export. A {@code ranker} result orders the items of {@code data.items}, best first, as a
 * list or as the only list in an object (with the ranker's name as the key). A {@code pairwise} result selects
 * {@code left} or {@code right} of two fields, whose names must be given. Items sorted into several buckets have no
 * order and are an error.
 */
final class LabelStudioTasks implements RowReader {
    private final Fields fields;

    LabelStudioTasks(Fields fields) {
        this.fields = fields;
    }

    @Override
    public List<RankedTask> read(JsonObject row, String id, Consumer<String> leftOut) {
        JsonObject data = row.object("data");
        List<Completion> completions = completions(data);
        List<Label> rankings = new ArrayList<>();
        for (JsonNode node : row.has("annotations") ? row.list("annotations") : List.<JsonNode>of()) {
            JsonObject annotation = JsonObject.of(node, "an annotation");
            if (annotation.isTrue("was_cancelled")) {
                leftOut.accept("skipped annotations");
                continue;
            }
            List<Integer> ranks = ranks(annotation, completions, leftOut);
            if (ranks == null) {
                leftOut.accept("annotations without a ranking");
            } else {
                rankings.add(Label.ranking(labeler(annotation), ranks, annotation.numberOrNull("lead_time")));
            }
        }
        String own = row.has("id") ? row.id("id") : id;
        return List.of(new RankedTask(own, Prompt.text(data.text(fields.prompt())), completions, rankings));
    }

    private List<Completion> completions(JsonObject data) {
        if (!fields.completions().isEmpty()) {
            return fields.completions().stream()
                    .map(name -> new Completion(name, data.text(name), null))
                    .toList();
        }
        if (!data.has("items")) {
            throw new IllegalArgumentException(
                    "\"data\" has no \"items\"; name the completions' fields with --completion_fields");
        }
        return data.list("items").stream()
                .map(node -> {
                    JsonObject item = JsonObject.of(node, "an item");
                    String text = item.has("body") ? item.text("body") : item.text("title");
                    return new Completion(item.id("id"), text, null);
                })
                .toList();
    }

    private static @Nullable List<Integer> ranks(
            JsonObject annotation, List<Completion> completions, Consumer<String> leftOut) {
        List<Integer> ranks = null;
        for (JsonNode node : annotation.list("result")) {
            JsonObject result = JsonObject.of(node, "a result");
            switch (result.text("type")) {
                case "ranker" -> ranks = once(ranks, ranked(result.object("value"), completions));
                case "pairwise" -> ranks = once(ranks, selected(result.object("value"), completions));
                default -> leftOut.accept("results of type " + result.text("type"));
            }
        }
        return ranks;
    }

    private static List<Integer> once(@Nullable List<Integer> earlier, List<Integer> ranks) {
        if (earlier != null) {
            throw new IllegalArgumentException("an annotation has two rankings");
        }
        return ranks;
    }

    private static List<Integer> ranked(JsonObject value, List<Completion> completions) {
        List<String> order = value.isList("ranker") ? texts(value, "ranker") : bucket(value.object("ranker"));
        List<Integer> ranks = new ArrayList<>();
        for (Completion completion : completions) {
            int at = order.indexOf(completion.id());
            if (at < 0 || order.size() != completions.size()) {
                throw new IllegalArgumentException("the ranker has " + order + ", the items are "
                        + completions.stream().map(Completion::id).toList() + "; a ranking names every item once");
            }
            ranks.add(at + 1);
        }
        return ranks;
    }

    private static List<String> bucket(JsonObject buckets) {
        List<String> filled = buckets.keys().stream()
                .filter(key -> !texts(buckets, key).isEmpty())
                .toList();
        if (filled.size() != 1) {
            throw new IllegalArgumentException("the items are sorted into the buckets " + filled
                    + ", which have no order; only a single list is a ranking");
        }
        return texts(buckets, filled.getFirst());
    }

    private static List<Integer> selected(JsonObject value, List<Completion> completions) {
        if (completions.size() != 2) {
            throw new IllegalArgumentException("a pairwise result for " + completions.size() + " completions");
        }
        return switch (value.text("selected")) {
            case "left" -> List.of(1, 2);
            case "right" -> List.of(2, 1);
            default ->
                throw new IllegalArgumentException(
                        "a pairwise result selects '" + value.text("selected") + "'; known are left and right");
        };
    }

    private static String labeler(JsonObject annotation) {
        if (annotation.isObject("completed_by")) {
            JsonObject user = annotation.object("completed_by");
            return user.has("email") ? user.text("email") : "label-studio-" + user.integer("id");
        }
        return "label-studio-" + annotation.integer("completed_by");
    }

    /** Returns ids, which may be texts or numbers. */
    private static List<String> texts(JsonObject object, String key) {
        return object.list(key).stream().map(JsonNode::asText).toList();
    }
}
