package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes tasks with scores as rows of UltraFeedback, as {@link UltraFeedbackRows} reads them. A completion's
 * {@code overall_score} is the mean of the scores (1 to 7) that labelers gave it. An admin's order has no scores.
 */
final class UltraFeedbackWriter {
    private UltraFeedbackWriter() {}

    static void write(List<RankedTask> tasks, ExportLines lines) {
        for (RankedTask task : tasks) {
            List<OptionalDouble> scores = scores(task);
            long scored = scores.stream().filter(OptionalDouble::isPresent).count();
            if (scored == 0) {
                lines.leaveOut("tasks without scores");
            } else if (task.prompt().messages().size() > 1 || !Dialogs.isDialog(task.prompt())) {
                lines.leaveOut("tasks whose prompt is not one message of the user");
            } else if (scored < RankedTask.MIN_COMPLETIONS) {
                lines.leaveOut("tasks with a score for only one completion");
            } else {
                lines.add(row(task, scores, lines));
            }
        }
    }

    /** Returns the mean score of each completion; empty for one that no labeler scored. */
    private static List<OptionalDouble> scores(RankedTask task) {
        List<List<@Nullable Integer>> given = task.decisiveRankings().stream()
                .map(UltraFeedbackWriter::scores)
                .filter(list -> !list.isEmpty())
                .toList();
        return IntStream.range(0, task.completions().size())
                .mapToObj(i -> given.stream()
                        .map(list -> list.get(i))
                        .filter(Objects::nonNull)
                        .mapToInt(Integer::intValue)
                        .average())
                .toList();
    }

    private static List<@Nullable Integer> scores(Label ranking) {
        List<@Nullable Integer> scores = ranking.judgement().scores();
        return scores == null ? List.of() : scores;
    }

    private static ObjectNode row(RankedTask task, List<OptionalDouble> scores, ExportLines lines) {
        ObjectNode row = JsonNodeFactory.instance.objectNode().put("id", task.id());
        row.put("instruction", task.prompt().messages().getFirst().content());
        ArrayNode completions = row.putArray("completions");
        for (int i = 0; i < scores.size(); i++) {
            Completion completion = task.completions().get(i);
            if (scores.get(i).isEmpty()) {
                lines.leaveOut("completions without a score");
                continue;
            }
            ObjectNode node = completions.addObject();
            if (completion.model() != null) {
                node.put("model", completion.model());
            }
            node.put("response", completion.text())
                    .put("overall_score", scores.get(i).getAsDouble());
            ExportLines.ended(node, "ended", completion);
        }
        return row;
    }
}
