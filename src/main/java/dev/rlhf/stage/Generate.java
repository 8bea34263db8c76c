package dev.rlhf.stage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.rlhf.base.InputException;
import dev.rlhf.data.JsonLines;
import dev.rlhf.data.PromptRow;
import dev.rlhf.generate.Completion;
import dev.rlhf.generate.Sampling;
import dev.rlhf.text.Message;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Completes prompts: from the command line, a file, or stdin; to the console or a file, in the order of the prompts. */
public final class Generate implements Stage<GenerateOptions> {
    private final InputStream stdin;

    public Generate() {
        this(System.in);
    }

    Generate(InputStream stdin) {
        this.stdin = stdin;
    }

    /** A line of the output file; {@code prompt} or {@code messages}, as the input had it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Row(
            @Nullable String id,
            @Nullable String prompt,
            @Nullable List<Message> messages,
            String completion,
            @JsonProperty("token_ids") int[] tokenIds,
            @JsonProperty("finish_reason") String finishReason) {}

    @Override
    public StageResult run(GenerateOptions options, StageContext context) throws IOException {
        List<PromptRow> prompts = prompts(options, context.console());
        String template = options.raw() ? OpenModel.PROMPT : null;
        try (Session session = Session.open(options.device(), options.dtype());
                OpenModel model = OpenModel.open(session, options.model_name_or_path(), template)) {
            List<int[]> ids =
                    prompts.stream().map(row -> model.prompt(row.messages())).toList();
            Sampling sampling = model.sampling(
                    options.temperature(), options.top_k(), options.top_p(), options.max_new_tokens(), options.seed());
            List<List<Completion>> completions = complete(model, ids, sampling, options, context);
            List<Row> rows = rows(prompts, completions, model);
            Path output = options.output();
            if (output == null) {
                print(prompts, rows, context.console());
            } else {
                JsonLines.write(output, rows);
                context.console().println("wrote " + rows.size() + " completions to " + output);
            }
            return new StageResult(Map.of("completions", (double) rows.size()));
        }
    }

    private static List<List<Completion>> complete(
            OpenModel model, List<int[]> ids, Sampling sampling, GenerateOptions options, StageContext context) {
        int each = options.num_return_sequences();
        boolean printed = options.output() == null; // then what is printed is the completions alone
        long total = (long) ids.size() * each;
        try (Watch watch = printed
                ? Watch.silent(context, "generate", total)
                : Watch.start(context, "generate", total, "completion")) {
            return model.complete(ids, each, sampling, options.batch_size(), watch);
        }
    }

    private List<PromptRow> prompts(GenerateOptions options, PrintStream console) throws IOException {
        if (options.input() != null) {
            return PromptRow.read(options.input());
        }
        List<String> texts = options.prompt() != null ? List.of(options.prompt()) : lines(console);
        if (texts.isEmpty()) {
            throw new InputException("no prompt: give --prompt, --input, or prompts on stdin, one a line");
        }
        return texts.stream()
                .map(text -> new PromptRow(null, List.of(Message.user(text)), null, null, Map.of()))
                .toList();
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

    private static List<Row> rows(List<PromptRow> prompts, List<List<Completion>> completions, OpenModel model) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            PromptRow prompt = prompts.get(i);
            List<Message> messages = prompt.messages();
            boolean plain = messages.size() == 1 && messages.getFirst().role().equals("user");
            for (Completion completion : completions.get(i)) {
                rows.add(new Row(
                        prompt.id(),
                        plain ? messages.getFirst().content() : null,
                        plain ? null : messages,
                        model.text(completion),
                        completion.ids(),
                        completion.stopped() ? "stop" : "length"));
            }
        }
        return rows;
    }

    private static void print(List<PromptRow> prompts, List<Row> rows, PrintStream console) {
        int each = rows.size() / prompts.size();
        for (int i = 0; i < rows.size(); i++) {
            if (rows.size() > 1) {
                console.println(
                        "> " + prompts.get(i / each).messages().getLast().content());
            }
            console.println(rows.get(i).completion());
        }
    }
}
