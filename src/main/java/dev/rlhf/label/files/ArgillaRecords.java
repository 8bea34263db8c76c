package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads Argilla's records with a ranking question whose options are the names of the fields with the completions.
 * Responses are either a list of users with {@code values} (server and version 1) or a map from question to answers
 * ({@code to_json} of version 2); an answer is a list of options from best to worst, or of {@code {"value", "rank"}}
 * with ties.
 */
final class ArgillaRecords implements RowReader {
    private final Fields fields;

    ArgillaRecords(Fields fields) {
        this.fields = fields;
    }

    /** One user's ranking: places by option, lower is better. */
    private record Response(String user, Map<String, Integer> places) {}

    @Override
    public List<RankedTask> read(JsonObject row, String id, Consumer<String> leftOut) {
        JsonObject texts = row.object("fields");
        List<Response> responses = row.has("responses") ? responses(row, leftOut) : List.of();
        List<String> options = fields.completions().isEmpty()
                ? texts.keys().stream()
                        .filter(name -> !name.equals(fields.prompt()))
                        .toList()
                : fields.completions();
        List<Completion> completions = options.stream()
                .map(name -> new Completion(name, texts.text(name), null))
                .toList();
        List<Label> rankings = new ArrayList<>();
        for (Response response : responses) {
            if (!response.places().keySet().equals(Set.copyOf(options))) {
                throw new IllegalArgumentException("the response of " + response.user() + " ranks "
                        + response.places().keySet() + ", but the completions are the fields " + options
                        + "; name them with --completion_fields");
            }
            rankings.add(Label.ranking(
                    response.user(),
                    Ranks.of(options.stream()
                            .map(option -> response.places().getOrDefault(option, 0))
                            .toList())));
        }
        String own = row.has("id") ? row.id("id") : id;
        return List.of(new RankedTask(own, Prompt.text(texts.text(fields.prompt())), completions, rankings));
    }

    private static List<Response> responses(JsonObject row, Consumer<String> leftOut) {
        if (row.isList("responses")) {
            return byUser(row.list("responses"), leftOut);
        }
        JsonObject byQuestion = row.object("responses");
        List<Response> all = new ArrayList<>();
        for (String question : byQuestion.keys()) {
            for (JsonNode node : byQuestion.list(question)) {
                JsonObject answer = JsonObject.of(node, "a response");
                if (ranks(answer)) {
                    all.add(new Response(answer.id("user_id"), places(answer)));
                } else {
                    leftOut.accept("answers to other questions than a ranking");
                }
            }
        }
        return all;
    }

    private static List<Response> byUser(List<JsonNode> users, Consumer<String> leftOut) {
        List<Response> all = new ArrayList<>();
        for (JsonNode node : users) {
            JsonObject user = JsonObject.of(node, "a response");
            String status = user.textOrNull("status");
            if (status != null && !status.equals("submitted")) {
                leftOut.accept("responses that are " + status);
                continue;
            }
            JsonObject values = user.object("values");
            for (String question : values.keys()) {
                JsonObject answer = values.object(question);
                if (ranks(answer)) {
                    all.add(new Response(user.id("user_id"), places(answer)));
                } else {
                    leftOut.accept("answers to other questions than a ranking");
                }
            }
        }
        return all;
    }

    private static boolean ranks(JsonObject answer) {
        return answer.isList("value");
    }

    private static Map<String, Integer> places(JsonObject answer) {
        Map<String, Integer> places = new LinkedHashMap<>();
        List<JsonNode> items = answer.list("value");
        for (int i = 0; i < items.size(); i++) {
            JsonNode item = items.get(i);
            if (item.isTextual()) {
                places.put(item.textValue(), i + 1);
            } else {
                JsonObject option = JsonObject.of(item, "an option");
                places.put(option.text("value"), Math.toIntExact(option.integer("rank")));
            }
        }
        return places;
    }
}
