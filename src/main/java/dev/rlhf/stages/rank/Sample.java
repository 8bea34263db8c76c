package dev.rlhf.stages.rank;

import dev.rlhf.base.Count;
import dev.rlhf.base.CounterRng;
import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.data.Located;
import dev.rlhf.data.PromptRow;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.generate.Sampling;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.Prompts;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Generates tasks to rank, each with several completions of a prompt, and writes them to {@code
 * output_dir/batch.jsonl}, a rankings file without rankings. Prompts whose completions are all the same are counted and
 * left out.
 */
public final class Sample implements Stage<SampleOptions> {
    /** Name of the output file. */
    public static final String BATCH = "batch.jsonl";

    @Override
    public StageResult run(SampleOptions options, StageContext context) throws IOException {
        List<Located<PromptRow>> rows = PromptRow.readLocated(options.prompts());
        rows.forEach(Sample::requirePlainMessages);
        if (options.written_answers()) {
            rows.forEach(Sample::requireAnswers);
        }
        List<PromptRow> prompts = Located.rows(rows);
        List<String> ids = ids(prompts, options.prompts());
        List<String> written =
                options.written_completions() == null ? List.of() : InputFile.lines(options.written_completions());
        try (Models models = Models.open(options.engine(), context.console());
                LanguageModel model = LanguageModel.open(
                        models,
                        options.model().model_name_or_path(),
                        null,
                        options.conversation().system())) {
            SampleOptions.OtherModel own = new SampleOptions.OtherModel(
                    options.model().model_name_or_path(),
                    options.num_completions(),
                    options.sampling().temperature());
            List<List<GeneratedCompletion>> completions =
                    complete(model, rows, own, options.sampling().completion().seed(), options, context);
            CandidateCompletions candidates = new CandidateCompletions(prompts);
            candidates.add(model, own.path(), completions);
            addOthers(models, rows, options, context, candidates);
            if (options.written_completions() != null) {
                candidates.addWritten(
                        options.written_completions(),
                        written,
                        options.sampling().completion().seed());
            }
            if (options.written_answers()) {
                candidates.addAnswers(options.prompts(), context.console());
            }
            List<RankedTask> tasks = candidates.tasks(ids);
            Path batch = options.output().output_dir().resolve(BATCH);
            LabelFiles.write(batch, tasks);
            context.console()
                    .printf(
                            "wrote %s to %s; %s left out, because their completions are all the same%n",
                            Count.of(tasks.size(), "task"), batch, Count.of(prompts.size() - tasks.size(), "prompt"));
            context.console()
                    .printf(
                            "%d of %d completions were cut at max_new_tokens; they have \"ended\": false%n",
                            candidates.cut(), candidates.count());
            return new StageResult(metrics(model, completions, tasks));
        }
    }

    @Override
    public Optional<StageOutputs> outputs(SampleOptions options) {
        return Optional.of(new StageOutputs(
                MetricNames.of("prompts", "tasks", "distinct_completions").with(SampleMetrics.NAMES), List.of(BATCH)));
    }

    private static void requirePlainMessages(Located<PromptRow> prompt) {
        PromptRow row = prompt.row();
        if (!row.templateFields().isEmpty() || !row.messages().stream().allMatch(Message::isPlain)) {
            throw prompt.origin().error("people rank messages of role and content only; remove tools and other fields");
        }
    }

    private static void requireAnswers(Located<PromptRow> prompt) {
        if (prompt.row().answers() == null) {
            throw prompt.origin()
                    .error("no \"answers\", which written_answers needs (an empty list if nobody can know)");
        }
    }

    private static void addOthers(
            Models models,
            List<Located<PromptRow>> prompts,
            SampleOptions options,
            StageContext context,
            CandidateCompletions candidates) {
        for (int i = 0; i < options.other_models().size(); i++) {
            SampleOptions.OtherModel other = options.other_models().get(i);
            try (LanguageModel model = LanguageModel.open(
                    models, other.path(), null, options.conversation().system())) {
                long seed = CounterRng.hash(options.sampling().completion().seed(), i + 1L);
                candidates.add(model, other.path(), complete(model, prompts, other, seed, options, context));
            }
        }
    }

    private static List<List<GeneratedCompletion>> complete(
            LanguageModel model,
            List<Located<PromptRow>> prompts,
            SampleOptions.OtherModel from,
            long seed,
            SampleOptions options,
            StageContext context) {
        List<int[]> ids = Prompts.encode(prompts, model::prompt, context);
        int most = options.sampling()
                .completion()
                .limit(SampleOptions.MAX_NEW_TOKENS)
                .after(ids, model.lm().config(), context.console());
        Prompts.check(prompts, ids, most, model.lm().config());
        Sampling sampling =
                model.sampling(from.temperature(), 0, options.nucleus().top_p(), most, seed);
        int each = from.num_completions();
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "sample", (long) ids.size() * each, "completion")) {
            return model.complete(
                    ids, each, sampling, options.sampling().batch().batch_size(), watch);
        }
    }

    /**
     * Returns the ids of the tasks: those of the prompts, or numbered ones.
     *
     * @throws InputException if two prompts have the same id
     */
    private static List<String> ids(List<PromptRow> prompts, Path file) {
        Set<String> ids = new LinkedHashSet<>();
        for (int i = 0; i < prompts.size(); i++) {
            String own = prompts.get(i).id();
            String id = own != null ? own : "prompt-%06d".formatted(i + 1);
            if (!ids.add(id)) {
                throw InputException.at(file, "two prompts have the id \"" + id + "\"");
            }
        }
        return List.copyOf(ids);
    }

    private static Map<String, Double> metrics(
            LanguageModel model, List<List<GeneratedCompletion>> completions, List<RankedTask> tasks) {
        List<GeneratedCompletion> all =
                completions.stream().flatMap(List::stream).toList();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("prompts", (double) completions.size());
        metrics.put("tasks", (double) tasks.size());
        metrics.put(
                "distinct_completions",
                completions.stream()
                        .mapToLong(each ->
                                each.stream().map(model::text).distinct().count())
                        .average()
                        .orElse(Double.NaN));
        metrics.putAll(SampleMetrics.of(all));
        return metrics;
    }
}
