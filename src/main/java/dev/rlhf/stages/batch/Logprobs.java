package dev.rlhf.stages.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.ScoringRow;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.NotFinite;
import dev.rlhf.inference.RowTokens;
import dev.rlhf.inference.RowTokens.Tokens;
import dev.rlhf.inference.RowsFile;
import dev.rlhf.model.CausalLm;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Log-probabilities that a model gives to sequences as they are, a line out for each line in. */
public final class Logprobs implements Stage<LogprobsOptions> {
    /**
     * A line of the output file.
     *
     * @param promptTokens how many of the tokens are the prompt, where the row has one
     * @param logprobs of tokens 2 … n given all before them, nats
     * @param loss their mean, negative; null for a single token, which nothing predicts
     */
    private record Row(
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            JsonNode id,

            @JsonProperty("token_ids") int[] tokenIds,

            @JsonProperty("prompt_tokens") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer promptTokens,

            float[] logprobs,
            @Nullable Double loss) {}

    @Override
    public StageResult run(LogprobsOptions options, StageContext context) throws IOException {
        RowsFile.check(options.input(), options.output());
        List<ScoringRow> rows = ScoringRow.read(options.input());
        try (Models session =
                        Models.open(options.engine().device(), options.engine().dtype(), context.console());
                RowTokens tokenizer = RowTokens.open(options.model_name_or_path(), options.raw());
                CausalLm model = session.frozen(tokenizer.checkpoint())) {
            List<Tokens> tokens = tokenizer.of(rows, model.config());
            List<Row> scored = new ArrayList<>();
            List<float[]> logprobs = logprobs(session, model, tokens, options, context);
            for (int i = 0; i < rows.size(); i++) {
                NotFinite.refuse("log-probability", logprobs.get(i), rows.get(i).origin()::error);
                scored.add(row(rows.get(i), tokens.get(i), logprobs.get(i)));
            }
            JsonLines.write(options.output(), scored);
            context.console().println("wrote " + rows.size() + " rows to " + options.output());
            return figures(logprobs);
        }
    }

    private static List<float[]> logprobs(
            Models session, CausalLm model, List<Tokens> tokens, LogprobsOptions options, StageContext context) {
        List<LogProbScorer.Sequence> sequences = tokens.stream()
                .map(row -> new LogProbScorer.Sequence(row.ids(), 1))
                .toList();
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "logprobs", sequences.size(), "sequence")) {
            return new LogProbScorer(session.torch(), options.batch_size()).logprobs(model, sequences, 1, watch::done);
        }
    }

    private static Row row(ScoringRow row, Tokens tokens, float[] logprobs) {
        Double loss = logprobs.length == 0 ? null : -sum(logprobs) / logprobs.length;
        return new Row(row.id(), tokens.ids(), tokens.prompt() == 0 ? null : tokens.prompt(), logprobs, loss);
    }

    private static StageResult figures(List<float[]> logprobs) {
        long count = logprobs.stream().mapToLong(row -> row.length).sum();
        double sum = logprobs.stream().mapToDouble(Logprobs::sum).sum();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("sequences", (double) logprobs.size());
        figures.put("tokens", (double) count);
        figures.put("loss", count == 0 ? Double.NaN : -sum / count);
        return new StageResult(figures);
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }
}
