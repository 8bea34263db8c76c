package dev.rlhf.stages.batch;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Count;
import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.data.GenerationRow;
import dev.rlhf.data.GenerationRow.Content;
import dev.rlhf.data.JsonLines;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.generate.Sampling;
import dev.rlhf.generate.TokenListener;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.RowsFile;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.model.CausalLm;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Completes prompts from the command line, a file or stdin, and prints or writes the completions in the same order. */
public final class Generate implements Stage<GenerateOptions> {
    private final InputStream stdin;

    public Generate() {
        this(System.in);
    }

    public Generate(InputStream stdin) {
        this.stdin = stdin;
    }

    /**
     * A line of the output file. The prompt is copied from the input: {@code prompt}, {@code messages} with their
     * template fields, or {@code input_ids}.
     *
     * @param score score by the reward model, with best_of
     * @param scores scores of all completions of this prompt, with best_of
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Row(
            @Nullable JsonNode id,
            @Nullable String prompt,
            @Nullable List<Message> messages,
            @JsonAnyGetter Map<String, Object> templateFields,
            @JsonProperty("input_ids") int @Nullable [] inputIds,
            @Nullable String completion,
            @JsonProperty("token_ids") int[] tokenIds,
            @JsonProperty("finish_reason") String finishReason,
            float @Nullable [] logprobs,
            @Nullable Float score,
            float @Nullable [] scores) {}

    @Override
    public StageResult run(GenerateOptions options, StageContext context) throws IOException {
        Path output = options.output();
        if (output != null) {
            RowsFile.check(options.source().input(), output);
        }
        List<GenerationRow> prompts = prompts(options, context.console());
        try (Models models = output == null // the console then shows only completions
                ? Models.open(options.engine())
                : Models.open(options.engine(), context.console())) {
            List<Row> rows = rows(prompts, options, models, context);
            if (output == null) {
                print(prompts, rows, context.console());
                return new StageResult(Map.of()); // no table of metrics among completions
            }
            JsonLines.write(output, rows);
            long cut = rows.stream()
                    .filter(row -> row.finishReason().equals("length"))
                    .count();
            context.console()
                    .println("wrote %s to %s, %d of them cut at max_new_tokens"
                            .formatted(Count.of(rows.size(), "completion"), output, cut));
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("completions", (double) rows.size());
            metrics.put(
                    "tokens",
                    rows.stream().mapToDouble(row -> row.tokenIds().length).sum());
            metrics.put("cut_share", (double) cut / rows.size());
            return new StageResult(metrics);
        }
    }

    @Override
    public Optional<StageOutputs> outputs(GenerateOptions options) {
        return Optional.of(new StageOutputs(
                MetricNames.of().when(options.output() != null, "output", "completions", "tokens", "cut_share"),
                List.of()));
    }

    private static List<Row> rows(
            List<GenerationRow> prompts, GenerateOptions options, Models models, StageContext context) {
        Path reward = options.reward_model_path();
        BestOf best = reward == null
                ? null
                : new BestOf(
                        models, reward, options.encoder().raw(), options.batch().batch_size());
        if (best != null) {
            best.check(prompts, options.encoder().model().model_name_or_path());
        }
        List<int[]> ids;
        List<List<DecodedCompletion>> completions;
        try (LanguageModel model = LanguageModel.open(models, options.encoder().open())) {
            Integer given = options.sampling().completion().max_new_tokens();
            ids = model.encoder()
                    .prompts(prompts, given == null ? 1 : given, model.lm().config(), context);
            completions = complete(model, ids, options, context);
        }
        if (best == null) {
            return rows(prompts, completions, null, options);
        }
        try (InterruptibleProgress progress = progress(options, context, "score", prompts.size())) {
            return rows(prompts, completions, best.scores(prompts, ids, completions, progress), options);
        }
    }

    /** Generates completions and returns them by prompt. */
    private static List<List<DecodedCompletion>> complete(
            LanguageModel model, List<int[]> prompts, GenerateOptions options, StageContext context) {
        int each = options.completionsPerPrompt();
        Sampling sampling = GenerateSampling.of(options, maxNewTokens(options, prompts, model.lm(), context), model);
        Tokenizer tokenizer = model.encoder().tokenizer().orElse(null);
        StopStringListener stops = options.sampling().stop_strings().isEmpty() || tokenizer == null
                ? null
                : new StopStringListener(tokenizer, options.sampling().stop_strings());
        try (InterruptibleProgress progress = progress(options, context, "generate", prompts.size())) {
            TokenListener listener = (row, token) -> {
                progress.checkInterrupted(); // a completion may take minutes
                return stops == null || stops.token(row, token);
            };
            List<List<GeneratedCompletion>> all =
                    model.complete(prompts, each, sampling, options.batch().batch_size(), progress, listener);
            List<List<DecodedCompletion>> decoded = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                List<DecodedCompletion> group = new ArrayList<>();
                for (int k = 0; k < each; k++) {
                    String stopped = stops == null ? null : stops.stoppedText(i * each + k);
                    group.add(DecodedCompletion.of(all.get(i).get(k), tokenizer, stopped));
                }
                decoded.add(group);
            }
            return decoded;
        }
    }

    /**
     * Returns the length limit of completions. Prints it, unless completions are printed to the console.
     *
     * @throws InputException if min_new_tokens is larger
     */
    private static int maxNewTokens(GenerateOptions options, List<int[]> prompts, CausalLm lm, StageContext context) {
        PrintStream console = options.output() == null
                ? new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)
                : context.console();
        int most = new TokenLimit(
                        "max_new_tokens",
                        options.sampling().completion().max_new_tokens(),
                        GenerateOptions.MAX_NEW_TOKENS)
                .after(prompts, lm.config(), console);
        if (options.min_new_tokens() > most) {
            throw new InputException("min_new_tokens: %d, but the model has only %d positions after the longest prompt"
                    .formatted(options.min_new_tokens(), most));
        }
        return most;
    }

    private static InterruptibleProgress progress(
            GenerateOptions options, StageContext context, String label, int prompts) {
        long total = (long) prompts * options.completionsPerPrompt();
        return options.output() == null // the console then shows only completions
                ? InterruptibleProgress.silent(context, label, total)
                : InterruptibleProgress.start(context, label, total, "completion");
    }

    private List<GenerationRow> prompts(GenerateOptions options, PrintStream console) throws IOException {
        if (options.source().input() != null) {
            return GenerationRow.read(options.source().input());
        }
        List<String> texts =
                options.source().prompt() != null ? List.of(options.source().prompt()) : lines(console);
        if (texts.isEmpty()) {
            throw new InputException("no prompt: give --prompt, --input, or prompts on stdin, one per line");
        }
        return texts.stream().map(GenerationRow::typed).toList();
    }

    private List<String> lines(PrintStream console) throws IOException {
        if (Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)) {
            console.println("Prompts, one per line; end with Ctrl-D:");
        }
        try {
            return InputFile.decode(InputFile.withoutMark(stdin).readAllBytes())
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (CharacterCodingException e) {
            throw new InputException("standard input: not UTF-8; convert it to that encoding", e);
        }
    }

    private static List<Row> rows(
            List<GenerationRow> prompts,
            List<List<DecodedCompletion>> completions,
            @Nullable List<float[]> scores,
            GenerateOptions options) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            float[] own = scores == null ? null : scores.get(i);
            int keep = options.num_return_sequences();
            List<Integer> kept = own == null ? IntStream.range(0, keep).boxed().toList() : BestOf.best(own, keep);
            for (int k : kept) {
                rows.add(row(prompts.get(i), completions.get(i).get(k), k, own, options.logprobs()));
            }
        }
        return rows;
    }

    private static Row row(
            GenerationRow prompt,
            DecodedCompletion completion,
            int place,
            float @Nullable [] scores,
            boolean logprobs) {
        String text = null;
        List<Message> conversation = null;
        int[] ids = null;
        Map<String, Object> fields = Map.of();
        switch (prompt.content()) {
            case Content.TokenIds(int[] given) -> ids = given;
            case Content.Conversation given -> {
                text = given.isPlain() ? given.messages().getFirst().content() : null;
                conversation = given.isPlain() ? null : given.messages();
                fields = given.templateFields();
            }
        }
        return new Row(
                prompt.id(),
                text,
                conversation,
                fields,
                ids,
                completion.text(),
                completion.ids(),
                completion.reason(),
                logprobs ? completion.logprobs() : null,
                scores == null ? null : scores[place],
                scores);
    }

    private static void print(List<GenerationRow> prompts, List<Row> rows, PrintStream console) {
        int each = rows.size() / prompts.size();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.size() > 1) {
                console.println("> "
                        + switch (prompts.get(i / each).content()) {
                            case Content.TokenIds(int[] ids) -> Arrays.toString(ids);
                            case Content.Conversation given ->
                                given.messages().getLast().content();
                        });
            }
            String text = rows.get(i).completion();
            console.println(text == null ? Arrays.toString(rows.get(i).tokenIds()) : text);
        }
    }
}
