package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.agreement.Consensus;
import dev.rlhf.text.Message;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes each task as a message tree of Open Assistant, as {@link OasstTrees} reads them. The completions are the
 * replies to the prompt's last message; their {@code rank} is an admin's order if there is one, otherwise the common
 * order of all rankings by {@link Consensus#RANKED_PAIRS}. Equal ranks are ties.
 *
 * <p>The prompt's last message has the task's id. A completion keeps its id unless something else in the file has the
 * same one: ids of messages are unique.
 */
final class OasstWriter {
    private final Set<String> repeated;
    private final Set<String> used = new HashSet<>();

    private OasstWriter(List<RankedTask> tasks) {
        List<String> ids = tasks.stream().flatMap(OasstWriter::ids).toList();
        repeated = ids.stream().filter(id -> !used.add(id)).collect(Collectors.toSet());
    }

    static void write(List<RankedTask> tasks, ExportLines lines) {
        OasstWriter writer = new OasstWriter(tasks);
        for (RankedTask task : tasks) {
            if (task.decisiveRankings().isEmpty()) {
                lines.leaveOut("tasks without a ranking");
            } else if (!Dialogs.isDialog(task.prompt())) {
                lines.leaveOut(Dialogs.NO_DIALOG);
            } else {
                lines.add(writer.tree(task));
            }
        }
    }

    private ObjectNode tree(RankedTask task) {
        List<Message> messages = task.prompt().messages();
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        String root = messages.size() == 1 ? task.id() : newId(task.id(), "1");
        tree.put("message_tree_id", root).put("tree_state", "ready_for_export");
        ObjectNode node = message(tree.putObject("prompt"), root, null, messages.getFirst(), null);
        for (int i = 1; i < messages.size(); i++) {
            String id = i == messages.size() - 1 ? task.id() : newId(task.id(), String.valueOf(i + 1));
            String parent = node.path("message_id").asText();
            node = message(node.putArray("replies").addObject(), id, parent, messages.get(i), null);
        }
        List<Integer> ranks = Consensus.RANKED_PAIRS.order(
                task.decisiveRankings().stream().map(Label::ranks).toList());
        ArrayNode replies = node.putArray("replies");
        for (int i = 0; i < ranks.size(); i++) {
            Completion completion = task.completions().get(i);
            String id = repeated.contains(completion.id()) ? newId(task.id(), completion.id()) : completion.id();
            ObjectNode reply =
                    message(replies.addObject(), id, task.id(), Message.assistant(completion.text()), ranks.get(i) - 1);
            if (completion.model() != null) {
                reply.put("model_name", completion.model());
            }
            ExportLines.ended(reply, "ended", completion);
            reply.putArray("replies");
        }
        return tree;
    }

    private static ObjectNode message(
            ObjectNode node, String id, @Nullable String parent, Message message, @Nullable Integer rank) {
        return node.put("message_id", id)
                .put("parent_id", parent)
                .put("text", message.content())
                .put("role", message.role().equals("user") ? "prompter" : "assistant")
                .put("review_result", true)
                .put("deleted", false)
                .put("rank", rank)
                .put("synthetic", false);
    }

    /** Returns {@code task/part}, or a UUID made from both if that is too long or taken. */
    private String newId(String task, String part) {
        String id = task + "/" + part;
        return id.length() <= RankedTask.ID_LIMIT && used.add(id)
                ? id
                : UUID.nameUUIDFromBytes((task + "\0" + part).getBytes(StandardCharsets.UTF_8))
                        .toString();
    }

    private static Stream<String> ids(RankedTask task) {
        return Stream.concat(Stream.of(task.id()), task.completions().stream().map(Completion::id));
    }
}
