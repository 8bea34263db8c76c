package dev.rlhf.stage;

import dev.rlhf.base.InputException;
import dev.rlhf.data.PromptRow;
import dev.rlhf.generate.Completion;
import dev.rlhf.generate.Sampling;
import dev.rlhf.label.LabelFiles;
import dev.rlhf.label.Message;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes what people are to rank: several completions of each prompt, into {@code output_dir/batch.jsonl}, a rankings file
 * without rankings. A prompt whose completions are all the same is left out and counted: there is nothing to rank.
 */
public final class Sample implements Stage<SampleOptions> {
    /** The file it leaves in its output folder. */
    public static final String BATCH = "batch.jsonl";

    @Override
    public StageResult run(SampleOptions options, StageContext context) throws IOException {
        List<PromptRow> prompts = PromptRow.read(options.prompts());
        try (Session session = Session.open(options.device(), options.dtype());
                OpenModel model = OpenModel.open(session, options.model_name_or_path())) {
            List<List<Completion>> completions = complete(model, prompts, options, context);
            List<RankedTask> tasks = tasks(model, prompts, completions, options);
            Path batch = options.output_dir().resolve(BATCH);
            LabelFiles.write(batch, tasks);
            context.console()
                    .printf(
                            "wrote %d tasks to %s; %d prompts left out, because their completions are all the same%n",
                            tasks.size(), batch, prompts.size() - tasks.size());
            return new StageResult(figures(model, completions, tasks));
        }
    }

    private static List<List<Completion>> complete(
            OpenModel model, List<PromptRow> prompts, SampleOptions options, StageContext context) {
        List<int[]> ids =
                prompts.stream().map(row -> model.prompt(row.messages())).toList();
        Sampling sampling =
                model.sampling(options.temperature(), 0, options.top_p(), options.max_new_tokens(), options.seed());
        int each = options.num_completions();
        try (Watch watch = Watch.start(context, "sample", (long) ids.size() * each, "completion")) {
            return model.complete(ids, each, sampling, options.batch_size(), watch);
        }
    }

    private static List<RankedTask> tasks(
            OpenModel model, List<PromptRow> prompts, List<List<Completion>> completions, SampleOptions options) {
        Set<String> ids = new HashSet<>();
        List<RankedTask> tasks = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            PromptRow prompt = prompts.get(i);
            String id = prompt.id() != null ? prompt.id() : "prompt-%06d".formatted(i + 1);
            if (!ids.add(id)) {
                throw InputException.at(options.prompts(), "two prompts have the id \"" + id + "\"");
            }
            List<String> texts = completions.get(i).stream().map(model::text).toList();
            if (new HashSet<>(texts).size() > 1) {
                tasks.add(task(id, prompt, texts, options.model_name_or_path().toString()));
            }
        }
        if (tasks.isEmpty()) {
            throw new InputException(
                    "every prompt's completions are all the same, so there is nothing to rank; raise temperature");
        }
        return tasks;
    }

    private static RankedTask task(String id, PromptRow row, List<String> texts, String model) {
        List<Message> messages = row.messages().stream()
                .map(message -> new Message(message.role(), message.content()))
                .toList();
        boolean plain = messages.size() == 1 && messages.getFirst().role().equals("user");
        List<dev.rlhf.label.Completion> completions = new ArrayList<>();
        for (String text : texts) {
            completions.add(new dev.rlhf.label.Completion(String.valueOf(completions.size() + 1), text, model));
        }
        return new RankedTask(id, new Prompt(messages, plain), completions, List.of());
    }

    private static Map<String, Double> figures(
            OpenModel model, List<List<Completion>> completions, List<RankedTask> tasks) {
        List<Completion> all = completions.stream().flatMap(List::stream).toList();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("prompts", (double) completions.size());
        figures.put("tasks", (double) tasks.size());
        figures.put(
                "distinct_completions",
                completions.stream()
                        .mapToLong(each ->
                                each.stream().map(model::text).distinct().count())
                        .average()
                        .orElse(Double.NaN));
        figures.putAll(SampleFigures.of(all));
        return figures;
    }
}
