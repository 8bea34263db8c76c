package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.label.Completion;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RankedTask;
import dev.rlhf.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the message trees of Open Assistant (Köpf 2023), one tree per row. Each message of a user ("prompter") that has
 * at least two ranked replies becomes a task: the prompt is the conversation up to it, the replies are its completions,
 * and their {@code rank} (0 is best, merged from the rankings of several people) is the ranking.
 *
 * <p>Left out, as by Open Assistant's own training code: trees that are not {@code ready_for_export}, messages that are
 * deleted, were rejected in review (spam) or are synthetic, with all replies below them, and replies without a rank.
 */
final class OasstTrees implements RowReader {
    static final String LABELER = "open-assistant";

    @Override
    public List<RankedTask> read(JsonObject row, String id, Consumer<String> leftOut) {
        if (!row.has("message_tree_id") && row.has("message_id")) {
            throw new IllegalArgumentException("the row is a single message; import the file of trees (.trees.jsonl.gz)"
                    + " instead of the one of messages");
        }
        String state = row.textOrNull("tree_state");
        if (state != null && !state.equals("ready_for_export")) {
            leftOut.accept("trees that are not ready_for_export");
            return List.of();
        }
        List<RankedTask> tasks = new ArrayList<>();
        JsonObject root = row.object("prompt");
        if (usable(root, leftOut)) {
            new Walk(leftOut, tasks).visit(root, List.of());
        }
        return tasks;
    }

    /** A walk through one tree. */
    private record Walk(Consumer<String> leftOut, List<RankedTask> tasks) {
        /** @param parents the messages above {@code node} */
        void visit(JsonObject node, List<Message> parents) {
            List<Message> thread = new ArrayList<>(parents);
            thread.add(new Message(role(node), node.text("text")));
            List<JsonObject> replies = replies(node);
            if (role(node).equals("user") && !replies.isEmpty()) {
                compare(node.text("message_id"), thread, replies);
            }
            replies.forEach(reply -> visit(reply, thread));
        }

        private List<JsonObject> replies(JsonObject node) {
            List<JsonObject> kept = new ArrayList<>();
            for (JsonNode reply : node.has("replies") ? node.list("replies") : List.<JsonNode>of()) {
                JsonObject message = JsonObject.of(reply, "a reply");
                if (usable(message, leftOut)) {
                    kept.add(message);
                }
            }
            return kept;
        }

        private void compare(String id, List<Message> thread, List<JsonObject> replies) {
            List<ScoredCompletions.Scored> ranked = new ArrayList<>();
            for (JsonObject reply : replies) {
                Integer rank = reply.intOrNull("rank");
                if (!role(reply).equals("assistant")) {
                    leftOut.accept("replies of a user to a user");
                } else if (rank == null) {
                    leftOut.accept("replies without a rank");
                } else {
                    ranked.add(new ScoredCompletions.Scored(
                            new Completion(
                                    reply.text("message_id"),
                                    reply.text("text"),
                                    reply.textOrNull("model_name"),
                                    reply.flagOrTrue("ended")),
                            -rank));
                }
            }
            tasks.addAll(ScoredCompletions.task(
                    id, ScoredCompletions.prompt(thread), ranked, LABELER, LabelerKind.PERSON, leftOut));
        }
    }

    private static boolean usable(JsonObject message, Consumer<String> leftOut) {
        if (message.flag("deleted")) {
            leftOut.accept("deleted messages, with their replies");
        } else if (message.has("review_result") && !message.flag("review_result")) {
            leftOut.accept("messages rejected in review, with their replies");
        } else if (message.flag("synthetic")) {
            leftOut.accept("synthetic messages, with their replies");
        } else {
            return true;
        }
        return false;
    }

    private static String role(JsonObject message) {
        return switch (message.text("role")) {
            case "prompter" -> "user";
            case "assistant" -> "assistant";
            default ->
                throw new IllegalArgumentException(
                        "role '" + message.text("role") + "' is unknown; known are prompter and assistant");
        };
    }
}
