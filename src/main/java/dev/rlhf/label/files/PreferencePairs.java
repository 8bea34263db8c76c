package dev.rlhf.label.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.label.Completion;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.Ranking;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rankings taken apart into pairs, for tools that know nothing else. Tied completions make no pair. All pairs of a prompt follow one
 * another: who trains on them should keep them in one batch, or it overfits (Ouyang 2022, section 3.5).
 */
final class PreferencePairs {
    private PreferencePairs() {}

    private interface Writer {
        ObjectNode line(RankedTask task, Ranking ranking, int first, int second);
    }

    /** TRL's preference rows; conversational ones for all if one prompt is a conversation, since a data set has one form. */
    static List<String> pairs(List<RankedTask> tasks) {
        boolean plain = tasks.stream().allMatch(task -> task.prompt().plain());
        return lines(tasks, (task, ranking, first, second) -> {
            boolean firstBetter = ranking.ranks().get(first) < ranking.ranks().get(second);
            Completion chosen = task.completions().get(firstBetter ? first : second);
            Completion rejected = task.completions().get(firstBetter ? second : first);
            ObjectNode line = JsonNodeFactory.instance.objectNode();
            line.put("id", task.id());
            if (plain) {
                line.put("prompt", task.prompt().messages().getFirst().content());
                line.put("chosen", chosen.text());
                line.put("rejected", rejected.text());
            } else {
                line.set("prompt", TaskJson.writeMessages(task.prompt().messages()));
                said(line, "chosen", chosen);
                said(line, "rejected", rejected);
            }
            ended(line, "chosen_ended", chosen);
            ended(line, "rejected_ended", rejected);
            return line.put("labeler", ranking.labeler());
        });
    }

    /** {@code choice} says which of the two {@code summaries}, which stand in the task's order, is better. */
    static List<String> comparisons(List<RankedTask> tasks) {
        return lines(tasks, (task, ranking, first, second) -> {
            ObjectNode line = JsonNodeFactory.instance.objectNode();
            ObjectNode info = line.putObject("info").put("id", task.id());
            if (task.prompt().plain()) {
                info.put("post", task.prompt().messages().getFirst().content());
            } else {
                info.set("messages", TaskJson.writeMessages(task.prompt().messages()));
            }
            var summaries = line.putArray("summaries");
            for (int at : new int[] {first, second}) {
                Completion completion = task.completions().get(at);
                ObjectNode summary = summaries
                        .addObject()
                        .put("text", completion.text())
                        .put("policy", completion.model() == null ? completion.id() : completion.model());
                ended(summary, "ended", completion);
            }
            line.put("choice", ranking.ranks().get(first) < ranking.ranks().get(second) ? 0 : 1);
            line.put("worker", ranking.labeler());
            line.putObject("extra");
            return line;
        });
    }

    private static void said(ObjectNode line, String key, Completion completion) {
        line.putArray(key).addObject().put("role", "assistant").put("content", completion.text());
    }

    /** Written only of what was cut off, as in a rankings file. */
    private static void ended(ObjectNode node, String key, Completion completion) {
        if (!completion.ended()) {
            node.put(key, false);
        }
    }

    private static List<String> lines(List<RankedTask> tasks, Writer writer) {
        List<String> lines = new ArrayList<>();
        for (RankedTask task : tasks) {
            for (Ranking ranking : task.rankings()) {
                int count = task.completions().size();
                for (int i = 0; i < count; i++) {
                    for (int j = i + 1; j < count; j++) {
                        if (!ranking.ranks().get(i).equals(ranking.ranks().get(j))) {
                            lines.add(text(writer.line(task, ranking, i, j)));
                        }
                    }
                }
            }
        }
        return lines;
    }

    private static String text(ObjectNode line) {
        try {
            return Json.mapper().writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
