package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import dev.rlhf.text.Message;
import java.util.List;

/**
 * Writes rankings as Anthropic's helpful-harmless pairs, as {@link HhPairs} reads them: one line per pair that a
 * labeler ordered. Space at both ends of a text does not count, because readers strip it.
 */
final class HhWriter {
    private HhWriter() {}

    static void write(List<RankedTask> tasks, ExportLines lines) {
        for (RankedTask task : tasks) {
            if (!Dialogs.isDialog(task.prompt())) {
                lines.leaveOut(Dialogs.NO_DIALOG);
            } else if (task.prompt().messages().stream().anyMatch(message -> HhPairs.hasTurn(message.content()))) {
                lines.leaveOut("tasks whose prompt contains the beginning of a turn");
            } else {
                task.decisiveRankings().forEach(ranking -> write(task, ranking, lines));
            }
        }
    }

    private static void write(RankedTask task, Label ranking, ExportLines lines) {
        for (PreferencePairs.Pair pair : PreferencePairs.consistent(task, ranking, String::strip, lines)) {
            if (HhPairs.hasTurn(pair.chosen().text())
                    || HhPairs.hasTurn(pair.rejected().text())) {
                lines.leaveOut("pairs of which a completion contains the beginning of a turn");
                continue;
            }
            ObjectNode row = JsonNodeFactory.instance.objectNode();
            row.put("chosen", transcript(task, pair.chosen())).put("rejected", transcript(task, pair.rejected()));
            ExportLines.ended(row, "chosen_ended", pair.chosen());
            ExportLines.ended(row, "rejected_ended", pair.rejected());
            lines.add(row);
        }
    }

    private static String transcript(RankedTask task, Completion answer) {
        StringBuilder text = new StringBuilder();
        for (Message message : task.prompt().messages()) {
            text.append(message.byAssistant() ? "\n\nAssistant: " : "\n\nHuman: ")
                    .append(message.content());
        }
        return text.append("\n\nAssistant: ").append(answer.text()).toString();
    }
}
