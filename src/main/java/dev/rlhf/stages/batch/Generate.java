package dev.rlhf.stages.batch;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.data.GenerationRow;
import dev.rlhf.data.GenerationRow.Content;
import dev.rlhf.data.JsonLines;
import dev.rlhf.generate.Completion;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.generate.TokenListener;
import dev.rlhf.inference.GenerationDefaults;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.RowTokens;
import dev.rlhf.inference.RowsFile;
import dev.rlhf.inference.StopWatcher;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.model.CausalLm;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Completes prompts: from the command line, a file, or stdin; to the console or a file, in the order of the prompts. */
public final class Generate implements Stage<GenerateOptions> {
    private final InputStream stdin;

    public Generate() {
        this(System.in);
    }

    public Generate(InputStream stdin) {
        this.stdin = stdin;
    }

    /**
     * A line of the output file; {@code prompt}, {@code messages} with what belongs to them, or {@code input_ids}, as the input had it.
     *
     * @param score of the reward model, with best_of
     * @param scores of all that was written for this prompt, with best_of
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
            RowsFile.check(options.input(), output);
        }
        List<GenerationRow> prompts = prompts(options, context.console());
        try (Models session = output == null // then the console is for completions
                ? Models.open(options.engine().device(), options.engine().dtype())
                : Models.open(options.engine().device(), options.engine().dtype(), context.console())) {
            List<Row> rows = rows(prompts, options, session, context);
            if (output == null) {
                print(prompts, rows, context.console());
                return new StageResult(Map.of()); // no table of figures among completions
            }
            JsonLines.write(output, rows);
            long cut = rows.stream()
                    .filter(row -> row.finishReason().equals("length"))
                    .count();
            context.console()
                    .println("wrote %d completions to %s, %d of them cut at max_new_tokens"
                            .formatted(rows.size(), output, cut));
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("completions", (double) rows.size());
            figures.put(
                    "tokens",
                    rows.stream().mapToDouble(row -> row.tokenIds().length).sum());
            figures.put("cut_share", (double) cut / rows.size());
            return new StageResult(figures);
        }
    }

    private static List<Row> rows(
            List<GenerationRow> prompts, GenerateOptions options, Models session, StageContext context) {
        Path reward = options.reward_model_path();
        BestOf best = reward == null ? null : new BestOf(session, reward, options.raw(), options.batch_size());
        List<int[]> ids;
        List<List<DecodedCompletion>> written;
        try (RowTokens tokens = RowTokens.open(options.model_name_or_path(), options.raw())) {
            if (best != null) {
                best.check(prompts, tokens);
            }
            try (CausalLm lm = session.frozen(tokens.checkpoint())) {
                Integer given = options.max_new_tokens();
                ids = tokens.prompts(prompts, given == null ? 1 : given, lm.config());
                int most = maxNewTokens(options, ids, lm, context);
                written = written(lm, ids, most, tokens, options, session, context);
            }
        }
        if (best == null) {
            return rows(prompts, written, null, options);
        }
        try (InterruptibleProgress watch = watch(options, context, "score", prompts.size())) {
            return rows(prompts, written, best.scores(prompts, ids, written, watch), options);
        }
    }

    /** Completion k of prompt i draws from stream i · n + k, whatever the batch size. */
    private static List<List<DecodedCompletion>> written(
            CausalLm lm,
            List<int[]> prompts,
            int maxNewTokens,
            RowTokens tokens,
            GenerateOptions options,
            Models session,
            StageContext context) {
        int each = options.written();
        List<int[]> rows = prompts.stream()
                .flatMap(prompt -> Collections.nCopies(each, prompt).stream())
                .toList();
        long[] streams = LongStream.range(0, rows.size()).toArray();
        Sampling sampling = GenerateSampling.of(
                options, maxNewTokens, GenerationDefaults.read(options.model_name_or_path(), lm.config()), tokens);
        Tokenizer tokenizer = tokens.tokenizer().orElse(null);
        StopWatcher stops = options.stop_strings().isEmpty() || tokenizer == null
                ? null
                : new StopWatcher(tokenizer, options.stop_strings());
        try (InterruptibleProgress watch = watch(options, context, "generate", prompts.size())) {
            TokenListener listener = (row, token) -> {
                watch.goOn(); // a completion may take minutes
                return stops == null || stops.token(row, token);
            };
            List<Completion> all = new Generator(session.torch(), lm, options.batch_size())
                    .generate(rows, streams, sampling, watch::done, listener);
            List<DecodedCompletion> written = IntStream.range(0, rows.size())
                    .mapToObj(i ->
                            DecodedCompletion.of(all.get(i), tokenizer, stops == null ? null : stops.stoppedText(i)))
                    .toList();
            return IntStream.range(0, prompts.size())
                    .mapToObj(i -> written.subList(i * each, (i + 1) * each))
                    .toList();
        }
    }

    /** Said where it does not stand among completions. @throws InputException if min_new_tokens is more */
    private static int maxNewTokens(GenerateOptions options, List<int[]> prompts, CausalLm lm, StageContext context) {
        PrintStream console = options.output() == null
                ? new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)
                : context.console();
        int most = new TokenLimit("max_new_tokens", options.max_new_tokens(), GenerateOptions.MAX_NEW_TOKENS)
                .after(prompts, lm.config(), console);
        if (options.min_new_tokens() > most) {
            throw new InputException("min_new_tokens: %d, but the model has room for %d after the longest prompt"
                    .formatted(options.min_new_tokens(), most));
        }
        return most;
    }

    private static InterruptibleProgress watch(
            GenerateOptions options, StageContext context, String label, int prompts) {
        long total = (long) prompts * options.written();
        return options.output() == null // then what is printed is the completions alone
                ? InterruptibleProgress.silent(context, label, total)
                : InterruptibleProgress.start(context, label, total, "completion");
    }

    private List<GenerationRow> prompts(GenerateOptions options, PrintStream console) throws IOException {
        if (options.input() != null) {
            return GenerationRow.read(options.input());
        }
        List<String> texts = options.prompt() != null ? List.of(options.prompt()) : lines(console);
        if (texts.isEmpty()) {
            throw new InputException("no prompt: give --prompt, --input, or prompts on stdin, one a line");
        }
        return texts.stream().map(GenerationRow::typed).toList();
    }

    private List<String> lines(PrintStream console) throws IOException {
        if (Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false)) {
            console.println("Prompts, one a line; end with Ctrl-D:");
        }
        return new String(stdin.readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static List<Row> rows(
            List<GenerationRow> prompts,
            List<List<DecodedCompletion>> written,
            @Nullable List<float[]> scores,
            GenerateOptions options) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            float[] own = scores == null ? null : scores.get(i);
            int keep = options.num_return_sequences();
            List<Integer> kept = own == null ? IntStream.range(0, keep).boxed().toList() : BestOf.best(own, keep);
            for (int k : kept) {
                rows.add(row(prompts.get(i), written.get(i).get(k), k, own, options.logprobs()));
            }
        }
        return rows;
    }

    private static Row row(
            GenerationRow prompt, DecodedCompletion written, int place, float @Nullable [] scores, boolean logprobs) {
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
                written.text(),
                written.ids(),
                written.reason(),
                logprobs ? written.logprobs() : null,
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
