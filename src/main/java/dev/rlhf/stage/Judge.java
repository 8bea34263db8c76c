package dev.rlhf.stage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.data.AnswerRow;
import dev.rlhf.data.JsonLines;
import dev.rlhf.refusal.AnswerJudge;
import dev.rlhf.refusal.Judgement;
import dev.rlhf.refusal.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges answers written elsewhere, a line out for each line in, with the judge of {@link Probe} and {@link Eval}. Where rows say what
 * people think of them, tells how often the judge agrees. Needs no model and no engine.
 */
public final class Judge implements Stage<JudgeOptions> {
    /** A line of the output file. */
    private record Row(
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            JsonNode id,

            Verdict verdict,
            String evidence) {}

    @Override
    public StageResult run(JudgeOptions options, StageContext context) throws IOException {
        RowsFile.check(options.input(), options.output());
        List<AnswerRow> rows = AnswerRow.read(options.input());
        AnswerJudge judge = new AnswerJudge(options.refusal_phrases());
        List<Row> judged = new ArrayList<>();
        int[] counts = new int[Verdict.values().length];
        int[][] confusion = new int[counts.length][counts.length];
        try (Watch watch = Watch.start(context, "judge", rows.size(), "answer")) {
            for (AnswerRow row : rows) {
                Judgement judgement = judge.judge(row.question(), row.answers(), row.completion());
                judged.add(new Row(row.id(), judgement.verdict(), judgement.evidence()));
                counts[judgement.verdict().ordinal()]++;
                if (row.verdict() != null) {
                    Verdict label = Verdict.valueOf(row.verdict().toUpperCase(Locale.ROOT));
                    confusion[label.ordinal()][judgement.verdict().ordinal()]++;
                }
                watch.done(judged.size());
            }
        }
        JsonLines.write(options.output(), judged);
        context.console().println("wrote " + judged.size() + " verdicts to " + options.output());
        return new StageResult(figures(counts, confusion, context));
    }

    private static Map<String, Double> figures(int[] counts, int[][] confusion, StageContext context) {
        Map<String, Double> figures = new LinkedHashMap<>();
        for (Verdict verdict : Verdict.values()) {
            figures.put(name(verdict), (double) counts[verdict.ordinal()]);
        }
        int labelled = 0;
        for (int[] row : confusion) {
            labelled += sum(row);
        }
        if (labelled > 0) {
            context.console().printf("%d rows have a verdict of their own:%n", labelled);
            context.console().printf("%-12s%9s%9s%9s%9s%n", "", "correct", "refused", "wrong", "recall");
            for (Verdict label : Verdict.values()) {
                int[] row = confusion[label.ordinal()];
                double recall = (double) row[label.ordinal()] / sum(row);
                context.console()
                        .printf(Locale.ROOT, "%-12s%9d%9d%9d%9.3f%n", name(label), row[0], row[1], row[2], recall);
                figures.put(name(label) + "/recall", recall);
            }
            context.console().printf("%-12s", "precision");
            int right = 0;
            for (Verdict verdict : Verdict.values()) {
                int column = verdict.ordinal();
                int all = confusion[0][column] + confusion[1][column] + confusion[2][column];
                double precision = (double) confusion[column][column] / all;
                context.console().printf(Locale.ROOT, "%9.3f", precision);
                figures.put(name(verdict) + "/precision", precision);
                right += confusion[column][column];
            }
            context.console().println();
            figures.put("labelled", (double) labelled);
            figures.put("accuracy", (double) right / labelled);
        }
        return figures;
    }

    private static int sum(int[] row) {
        int sum = 0;
        for (int count : row) {
            sum += count;
        }
        return sum;
    }

    private static String name(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
