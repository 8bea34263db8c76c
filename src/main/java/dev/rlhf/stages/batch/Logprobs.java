package dev.rlhf.stages.batch;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Count;
import dev.rlhf.base.Floats;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.ScoringRow;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.NotFinite;
import dev.rlhf.inference.PromptEncoder.Tokens;
import dev.rlhf.inference.RowsFile;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Computes the log-probabilities of the tokens in a file; writes one line per row. */
public final class Logprobs implements Stage<ScoringOptions> {
    /**
     * A line of the output file.
     * @param promptTokens number of prompt tokens; null if the row has no separate prompt
     * @param logprobs log-probabilities of tokens 2 … n given all earlier ones, nats
     * @param loss minus their mean; null for a single token, which is not predicted
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
    public StageResult run(ScoringOptions options, StageContext context) throws IOException {
        RowsFile.check(options.files().input(), options.files().output());
        List<ScoringRow> rows = ScoringRow.read(options.files().input());
        try (Models models = Models.open(options.engine(), context.console());
                LanguageModel model =
                        LanguageModel.open(models, options.encoder().open())) {
            List<Tokens> tokens = model.encoder().sequences(rows, model.lm().config(), context);
            List<Row> scored = new ArrayList<>();
            List<float[]> logprobs = logprobs(models, model, tokens, options, context);
            for (int i = 0; i < rows.size(); i++) {
                NotFinite.refuse("log-probability", logprobs.get(i), rows.get(i).origin()::error);
                scored.add(row(rows.get(i), tokens.get(i), logprobs.get(i)));
            }
            JsonLines.write(options.files().output(), scored);
            context.console()
                    .println("wrote " + Count.of(rows.size(), "row") + " to "
                            + options.files().output());
            return metrics(logprobs);
        }
    }

    private static List<float[]> logprobs(
            Models models, LanguageModel model, List<Tokens> tokens, ScoringOptions options, StageContext context) {
        List<LogProbScorer.Sequence> sequences = tokens.stream()
                .map(row -> new LogProbScorer.Sequence(row.ids(), 1))
                .toList();
        try (InterruptibleProgress progress =
                InterruptibleProgress.start(context, "logprobs", sequences.size(), "sequence")) {
            return new LogProbScorer(models.torch(), options.batch().batch_size())
                    .logprobs(model.lm(), sequences, 1, progress::done);
        }
    }

    private static Row row(ScoringRow row, Tokens tokens, float[] logprobs) {
        Double loss = logprobs.length == 0 ? null : -Floats.sum(logprobs) / logprobs.length;
        return new Row(row.id(), tokens.ids(), tokens.prompt() == 0 ? null : tokens.prompt(), logprobs, loss);
    }

    private static StageResult metrics(List<float[]> logprobs) {
        long count = logprobs.stream().mapToLong(row -> row.length).sum();
        double sum = logprobs.stream().mapToDouble(Floats::sum).sum();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("sequences", (double) logprobs.size());
        metrics.put("tokens", (double) count);
        metrics.put("loss", count == 0 ? Double.NaN : -sum / count);
        return new StageResult(metrics);
    }

    @Override
    public Optional<StageOutputs> outputs(ScoringOptions options) {
        return Optional.of(new StageOutputs(MetricNames.of("sequences", "tokens", "loss"), List.of()));
    }
}
