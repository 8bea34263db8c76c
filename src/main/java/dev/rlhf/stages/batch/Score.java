package dev.rlhf.stages.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Count;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.ScoringRow;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.NotFinite;
import dev.rlhf.inference.PromptEncoder.Tokens;
import dev.rlhf.inference.RewardScorer;
import dev.rlhf.inference.RowsFile;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.rl.Moments;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Scores the sequences of a file with a reward model; writes one line per row. */
public final class Score implements Stage<ScoringOptions> {
    /**
     * A line of the output file.
     *
     * @param score score at the last token minus the checkpoint's {@code reward_mean}
     * @param rawScore output of the head, as in transformers; null if equal to {@code score}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Row(
            @Nullable JsonNode id,
            float score,
            @JsonProperty("raw_score") @Nullable Float rawScore) {}

    @Override
    public StageResult run(ScoringOptions options, StageContext context) throws IOException {
        RowsFile.check(options.files().input(), options.files().output());
        boolean tasks = LabelFiles.holdsTasks(options.files().input());
        List<ScoringRow> rows =
                tasks ? List.of() : ScoringRow.read(options.files().input());
        try (Models models = Models.open(options.engine(), context.console());
                RewardScorer scorer = RewardScorer.open(
                        models, options.encoder().open(), options.batch().batch_size())) {
            if (tasks) {
                return scoreTasks(scorer, options, context);
            }
            List<Tokens> tokens =
                    scorer.encoder().sequences(rows, scorer.model().config(), context);
            float[] scores = scores(scorer, tokens, context);
            double mean = scorer.model().mean();
            List<Row> scored = new ArrayList<>();
            for (int i = 0; i < scores.length; i++) {
                float[] one = {scores[i]};
                NotFinite.refuse("score", one, rows.get(i).origin()::error);
                Float raw = mean == 0 ? null : (float) (scores[i] + mean);
                scored.add(new Row(rows.get(i).id(), scores[i], raw));
            }
            JsonLines.write(options.files().output(), scored);
            context.console()
                    .println("wrote " + Count.of(scored.size(), "score") + " to "
                            + options.files().output());
            return metrics(scores);
        }
    }

    /**
     * A line of the output file for a ranked task.
     *
     * @param scores in the order of the task's completions
     */
    private record TaskRow(String id, List<Double> scores) {}

    private static StageResult scoreTasks(RewardScorer scorer, ScoringOptions options, StageContext context)
            throws IOException {
        List<RankedTask> tasks = LabelFiles.read(options.files().input());
        List<RewardScorer.Scored> completions = tasks.stream()
                .flatMap(task -> task.completions().stream()
                        .map(one -> new RewardScorer.Scored(task.prompt().messages(), one.text(), one.ended())))
                .toList();
        double[] scores;
        try (InterruptibleProgress progress =
                InterruptibleProgress.start(context, "score", completions.size(), "completion")) {
            scores = scorer.scoresOfTexts(completions, progress::done);
        }
        List<TaskRow> rows = new ArrayList<>();
        int at = 0;
        for (RankedTask task : tasks) {
            int end = at + task.completions().size();
            rows.add(new TaskRow(
                    task.id(), Arrays.stream(scores, at, end).boxed().toList()));
            at = end;
        }
        JsonLines.write(options.files().output(), rows);
        context.console()
                .println("wrote scores of " + Count.of(rows.size(), "task") + " to "
                        + options.files().output());
        float[] all = new float[scores.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (float) scores[i];
        }
        return metrics(all);
    }

    private static float[] scores(RewardScorer scorer, List<Tokens> tokens, StageContext context) {
        List<int[]> sequences = tokens.stream().map(Tokens::ids).toList();
        try (InterruptibleProgress progress =
                InterruptibleProgress.start(context, "score", sequences.size(), "sequence")) {
            return scorer.scores(sequences, progress::done);
        }
    }

    private static StageResult metrics(float[] scores) {
        Moments moments = Moments.of(scores);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("sequences", (double) scores.length);
        metrics.put("score/mean", moments.mean());
        metrics.put("score/std", Math.sqrt(moments.biasedVariance()));
        return new StageResult(metrics);
    }

    @Override
    public Optional<StageOutputs> outputs(ScoringOptions options) {
        return Optional.of(new StageOutputs(MetricNames.of("sequences", "score/mean", "score/std"), List.of()));
    }
}
