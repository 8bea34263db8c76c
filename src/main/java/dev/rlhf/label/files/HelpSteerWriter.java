package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes tasks of two completions as rows of HelpSteer3-Preference, as {@link HelpSteerRows} reads them: one row per
 * task. {@code overall_preference} is the mean of the labelers' strengths, rounded to a whole number with halves away
 * from 0; {@code individual_preference} has each of them. Rankings without a strength, such as an admin's, do not
 * count.
 */
final class HelpSteerWriter {
    private HelpSteerWriter() {}

    static void write(List<RankedTask> tasks, ExportLines lines) {
        for (RankedTask task : tasks) {
            if (task.completions().size() != 2) {
                lines.leaveOut("tasks with more than two completions");
            } else if (task.prompt().messages().getLast().byAssistant()) {
                lines.leaveOut("tasks whose prompt ends with the assistant");
            } else if (task.completions()
                    .getFirst()
                    .text()
                    .equals(task.completions().getLast().text())) {
                lines.leaveOut("tasks with equal completions");
            } else {
                List<Integer> strengths = strengths(task, lines);
                if (strengths.isEmpty()) {
                    lines.leaveOut("tasks without a strength");
                } else {
                    lines.add(row(task, strengths));
                }
            }
        }
    }

    private static List<Integer> strengths(RankedTask task, ExportLines lines) {
        List<Integer> strengths = new ArrayList<>();
        for (Label ranking : task.decisiveRankings()) {
            Integer strength = ranking.judgement().strength();
            if (strength == null) {
                lines.leaveOut("rankings without a strength");
            } else {
                strengths.add(strength);
            }
        }
        return strengths;
    }

    private static ObjectNode row(RankedTask task, List<Integer> strengths) {
        Completion first = task.completions().getFirst();
        Completion second = task.completions().getLast();
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.set("context", TaskJson.writeMessages(task.prompt().messages()));
        row.put("response1", first.text()).put("response2", second.text());
        row.put("overall_preference", rounded(strengths));
        ArrayNode individual = row.putArray("individual_preference");
        strengths.forEach(strength -> individual.addObject().put("score", strength));
        ExportLines.ended(row, "response1_ended", first);
        ExportLines.ended(row, "response2_ended", second);
        return row;
    }

    private static int rounded(List<Integer> strengths) {
        double mean = strengths.stream().mapToInt(Integer::intValue).average().orElseThrow();
        return (int) (Math.signum(mean) * Math.floor(Math.abs(mean) + 0.5));
    }
}
