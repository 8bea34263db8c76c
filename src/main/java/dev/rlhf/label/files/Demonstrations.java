package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.util.List;

/** Writes the better answers of labelers as rows to fine-tune on ({@code data.SftRow}). */
final class Demonstrations {
    private Demonstrations() {}

    /** Writes one row per answer, except of answers to prompts that end with the assistant. */
    static void write(List<RankedTask> tasks, ExportLines lines) {
        for (RankedTask task : tasks) {
            boolean answered = task.prompt().messages().getLast().byAssistant();
            boolean any = false;
            for (Label ranking : task.rankings()) {
                String answer = ranking.judgement().demonstration();
                if (answer == null) {
                    continue;
                }
                any = true;
                if (answered) {
                    lines.leaveOut("demonstrations whose prompt ends with the assistant");
                } else {
                    lines.add(row(task, ranking.labeler(), answer));
                }
            }
            if (!any) {
                lines.leaveOut("tasks without a demonstration");
            }
        }
    }

    private static ObjectNode row(RankedTask task, String labeler, String answer) {
        ObjectNode row = JsonNodeFactory.instance.objectNode().put("id", task.id());
        if (task.prompt().plain()) {
            row.put("prompt", task.prompt().messages().getFirst().content()).put("response", answer);
        } else {
            ArrayNode messages = TaskJson.writeMessages(task.prompt().messages());
            messages.addObject().put("role", "assistant").put("content", answer);
            row.set("messages", messages);
        }
        row.putObject("meta").put("labeler", labeler);
        return row;
    }
}
