package dev.rlhf.stages.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.ScoringRow;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.NotFinite;
import dev.rlhf.inference.RowTokens;
import dev.rlhf.inference.RowTokens.Tokens;
import dev.rlhf.inference.RowsFile;
import dev.rlhf.inference.ScoreBatch;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.rl.Moments;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Scores that a reward model gives to sequences as they are, a line out for each line in. */
public final class Score implements Stage<ScoreOptions> {
    /**
     * A line of the output file.
     *
     * @param score of the last token, {@code reward_mean} of the checkpoint taken off
     * @param rawScore what the head says, as transformers has it; only where that is another number
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Row(
            @Nullable JsonNode id,
            float score,
            @JsonProperty("raw_score") @Nullable Float rawScore) {}

    @Override
    public StageResult run(ScoreOptions options, StageContext context) throws IOException {
        RowsFile.check(options.input(), options.output());
        List<ScoringRow> rows = ScoringRow.read(options.input());
        try (Models session =
                        Models.open(options.engine().device(), options.engine().dtype(), context.console());
                RowTokens tokenizer = RowTokens.open(options.model_name_or_path(), options.raw());
                ScalarModel model = session.rewardModel(tokenizer.checkpoint())) {
            List<Tokens> tokens = tokenizer.of(rows, model.config());
            float[] scores = scores(session, model, tokens, options, context);
            List<Row> scored = new ArrayList<>();
            for (int i = 0; i < scores.length; i++) {
                float[] one = {scores[i]};
                NotFinite.refuse("score", one, rows.get(i).origin()::error);
                Float raw = model.mean() == 0 ? null : (float) (scores[i] + model.mean());
                scored.add(new Row(rows.get(i).id(), scores[i], raw));
            }
            JsonLines.write(options.output(), scored);
            context.console().println("wrote " + scored.size() + " scores to " + options.output());
            return figures(scores);
        }
    }

    private static float[] scores(
            Models session, ScalarModel model, List<Tokens> tokens, ScoreOptions options, StageContext context) {
        List<int[]> sequences = tokens.stream().map(Tokens::ids).toList();
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "score", sequences.size(), "sequence")) {
            return ScoreBatch.of(session.torch(), model, sequences, options.batch_size(), watch::done);
        }
    }

    private static StageResult figures(float[] scores) {
        Moments moments = Moments.of(scores);
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("sequences", (double) scores.length);
        figures.put("score/mean", moments.mean());
        figures.put("score/std", Math.sqrt(moments.biasedVariance()));
        return new StageResult(figures);
    }
}
