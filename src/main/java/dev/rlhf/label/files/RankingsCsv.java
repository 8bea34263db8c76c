package dev.rlhf.label.files;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes rankings as a table for spreadsheets (RFC 4180). A cell that a spreadsheet would take for a formula gets an
 * apostrophe in front, so that no text of a model or labeler is executed.
 */
final class RankingsCsv {
    private static final List<String> HEAD = List.of(
            "task",
            "labeler",
            "kind",
            "completion",
            "model",
            "rank",
            "flags",
            "seconds",
            "guideline",
            "prompt",
            "text",
            "ended");

    private RankingsCsv() {}

    static List<String> lines(List<RankedTask> tasks) {
        List<String> lines = new ArrayList<>();
        lines.add(line(HEAD));
        for (RankedTask task : tasks) {
            String prompt = task.prompt().messages().getLast().content();
            for (Label ranking : task.decisiveRankings()) {
                Judgement judgement = ranking.judgement();
                for (int i = 0; i < task.completions().size(); i++) {
                    Completion completion = task.completions().get(i);
                    lines.add(line(List.of(
                            task.id(),
                            ranking.labeler(),
                            ranking.labelerKind().word(),
                            completion.id(),
                            orEmpty(completion.model()),
                            ranking.ranks().get(i).toString(),
                            judgement.flags().isEmpty()
                                    ? ""
                                    : String.join(" ", judgement.flags().get(i)),
                            orEmpty(judgement.seconds()),
                            orEmpty(judgement.guideline()),
                            prompt,
                            completion.text(),
                            String.valueOf(completion.ended()))));
                }
            }
        }
        return lines;
    }

    private static String orEmpty(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static String line(List<String> cells) {
        return cells.stream().map(RankingsCsv::cell).collect(Collectors.joining(","));
    }

    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
