package dev.rlhf.label.files;

import dev.rlhf.label.Completion;
import dev.rlhf.label.Judgement;
import dev.rlhf.label.Label;
import dev.rlhf.label.RankedTask;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rankings as a table for spreadsheets. */
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
        lines.add(Csv.line(HEAD));
        for (RankedTask task : tasks) {
            String prompt = task.prompt().messages().getLast().content();
            for (Label ranking : task.decisiveRankings()) {
                Judgement judgement = ranking.judgement();
                for (int i = 0; i < task.completions().size(); i++) {
                    Completion completion = task.completions().get(i);
                    lines.add(Csv.line(List.of(
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
}
