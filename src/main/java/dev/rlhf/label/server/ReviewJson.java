package dev.rlhf.label.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.api.LabelPage;
import dev.rlhf.label.api.ReviewedTask;
import dev.rlhf.label.api.ReviewedTask.ReviewedLabel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes labels as admins read them as JSON. */
final class ReviewJson {
    private ReviewJson() {}

    static ObjectNode page(LabelPage page) {
        ObjectNode node = Requests.object();
        ArrayNode labels = node.putArray("labels");
        for (LabelPage.Entry entry : page.labels()) {
            ObjectNode label = labels.addObject()
                    .put("id", entry.id())
                    .put("task_id", entry.task())
                    .put("batch", entry.batch())
                    .put("task", entry.name())
                    .put("excerpt", entry.excerpt())
                    .put("labeler", entry.labeler())
                    .put("kind", entry.kind().word())
                    .put("at", entry.at().toString())
                    .put("revision", entry.revision())
                    .put("seconds", entry.seconds())
                    .put("personal_data", entry.personalData())
                    .put("reason", entry.reason())
                    .put("comment", entry.comment())
                    .put("status", entry.status().word())
                    .put("unread", entry.unread());
            entry.flags().forEach(label.putArray("flags")::add);
        }
        return node.put("next", page.next());
    }

    static ObjectNode task(ReviewedTask task) {
        ObjectNode node = Requests.object()
                .put("task_id", task.id())
                .put("batch", task.batch())
                .put("id", task.name());
        AdminJson.write(task.prompt(), task.completions(), node);
        if (task.answers() == null) {
            node.putNull("answers");
        } else {
            task.answers().forEach(node.putArray("answers")::add);
        }
        ranks("gold", task.gold(), node);
        ranks("adjudicated", task.adjudicated(), node);
        ArrayNode labels = node.putArray("labels");
        for (ReviewedLabel label : task.labels()) {
            labels.add(LabelJson.write(label.revision())
                    .put("id", label.id())
                    .put("labeler", label.labeler().name())
                    .put("labeler_kind", label.labeler().kind().word())
                    .put("status", label.status().word())
                    .put("note", label.note())
                    .put("imported", label.imported()));
        }
        return node;
    }

    private static void ranks(String key, @Nullable List<Integer> ranks, ObjectNode node) {
        if (ranks == null) {
            node.putNull(key);
        } else {
            ranks.forEach(node.putArray(key)::add);
        }
    }
}
