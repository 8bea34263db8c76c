package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes the better answers of labelers as rows to fine-tune on ({@code data.SftRow}). */
final class Demonstrations {
    private Demonstrations() {}

    /** Returns one row per answer, except of answers to prompts that end with the assistant. */
    static PreferencePairs.Lines lines(List<RankedTask> tasks) {
        List<String> lines = new ArrayList<>();
        SortedMap<String, Integer> leftOut = new TreeMap<>();
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
                    leftOut.merge("demonstrations whose prompt ends with the assistant", 1, Integer::sum);
                } else {
                    lines.add(row(task, ranking.labeler(), answer).toString());
                }
            }
            if (!any) {
                leftOut.merge("tasks without a demonstration", 1, Integer::sum);
            }
        }
        return new PreferencePairs.Lines(lines, leftOut);
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
