package dev.rlhf.stages.eval;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Interval;
import dev.rlhf.data.Document;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Split;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.RewardScorer;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.Knowledge;
import dev.rlhf.refusal.KnowledgeFile;
import dev.rlhf.report.console.ComparisonTable;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.html.AnswerCurves;
import dev.rlhf.report.html.SampleComparison;
import dev.rlhf.report.log.MetricIntervals;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import dev.rlhf.stages.probe.GreedyAnswers;
import dev.rlhf.stages.rank.SampleMetrics;
import dev.rlhf.stages.reward.Preference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares models by their greedy answers to questions (knowledge and refusals), by their samples (reward, diversity,
 * KL to a reference) and by perplexity. One model is in memory at a time. docs/reference/evaluation.md defines every
 * metric.
 */
public final class Eval implements Stage<EvalOptions> {
    private static final int SHOWN = 10;
    private static final int PRINTED = 3;

    @Override
    public StageResult run(EvalOptions options, StageContext context) throws IOException {
        Inputs inputs = Inputs.read(options, context);
        if (options.rewardModels().reward_model() != null) {
            Models.requireRewardModel(options.rewardModels().reward_model());
        }
        if (options.rewardModels().heldout_reward_model() != null) {
            Models.requireRewardModel(options.rewardModels().heldout_reward_model());
            requireAnother(
                    options.rewardModels().heldout_reward_model(),
                    options.rewardModels().reward_model());
        }
        List<EvalRun> runs = options.models().stream().map(EvalRun::new).toList();
        Map<String, Interval> metrics = new LinkedHashMap<>();
        try (Models models = Models.open(options.engine(), context.console())) {
            for (EvalRun run : runs) {
                context.console().println(run.name() + ": " + run.model.path());
                run(models, run, inputs, options, context);
            }
            Optional<EvalKnowledge> knowledge = inputs.answers()
                    .map(answers -> EvalQuestions.measure(
                            runs,
                            inputs.probed(),
                            named(runs, options.known().knowledge_reference()),
                            named(runs, options.samples().kl_reference()),
                            inputs.newWording(),
                            metrics));
            runs.forEach(Eval::measureUnrelated);
            measureSamples(models, runs, inputs, options, context, metrics);
            ComparisonTable comparison = EvalFiles.comparison(runs);
            List<SampleComparison> samples = EvalFiles.samples(runs, SHOWN);
            EvalFiles.write(options.output().output_dir(), runs, comparison, samples, knowledge);
            if (knowledge.isPresent()) {
                AnswerCurves.write(
                        options.output().output_dir(), EvalCurves.of(runs, knowledge.get(), inputs.newWording()));
            }
            print(comparison, samples, context);
        }
        for (EvalRun run : runs) {
            run.metrics.forEach((metric, value) -> metrics.put(run.name() + "/" + metric, value));
        }
        return new StageResult(MetricIntervals.flatten(metrics));
    }

    /** Refuses a held-out reward model with the same weights as the reward model, because it would confirm any gain. */
    private static void requireAnother(Path heldout, @Nullable Path reward) throws IOException {
        if (reward == null) {
            return;
        }
        List<Path> weights;
        try (Stream<Path> files = Files.list(heldout)) {
            weights = files.filter(file -> file.toString().endsWith(".safetensors"))
                    .toList();
        }
        for (Path file : weights) {
            Path other = reward.resolve(file.getFileName());
            if (!Files.isRegularFile(other) || Files.mismatch(file, other) >= 0) {
                return;
            }
        }
        throw new InputException("heldout_reward_model: " + heldout + " has the same weights as reward_model " + reward
                + " and would confirm any gain; train it with another seed (after --seed N: --reward_heldout.seed M)");
    }

    /** The input files, all read before the first model is opened, so that mistakes in them are found early. */
    private record Inputs(
            Optional<Answers> answers,
            Optional<Answers> unrelated,
            Optional<EvalKnowledge> probed,
            List<PromptRow> prompts,
            List<Document> documents,
            List<Preference> rankings,
            Predicate<QuestionRow> newWording) {
        static Inputs read(EvalOptions options, StageContext context) throws IOException {
            Path prompts = options.samples().prompts();
            List<PromptRow> rows = prompts == null ? List.of() : PromptRow.read(prompts);
            int most = options.samples().max_prompts() == 0
                    ? rows.size()
                    : options.samples().max_prompts();
            Optional<Answers> answers = options.judge().answers(context.console());
            Predicate<QuestionRow> newWording = row ->
                    options.known().new_wording_splits().contains(row.meta().getOrDefault("split", ""));
            return new Inputs(
                    answers,
                    Optional.ofNullable(options.unrelated_prompts()).map(file -> unrelated(file, options)),
                    answers.flatMap(all ->
                            probed(all.questions(), options.known().probed().knowledge(), newWording)),
                    EvenSpacing.evenly(rows.size(), most).stream()
                            .map(rows::get)
                            .toList(),
                    documents(options),
                    options.rewardModels().rankings() == null
                            ? List.of()
                            : Preference.read(
                                    options.rewardModels().rankings(), UnaryOperator.identity(), context.console()),
                    newWording);
        }

        private static Answers unrelated(Path file, EvalOptions options) {
            List<QuestionRow> tasks = new ArrayList<>();
            for (PromptRow row : PromptRow.read(file)) {
                if (row.messages().size() != 1) {
                    throw InputException.at(file, "\"" + row.key() + "\" has several messages; give single prompts");
                }
                tasks.add(new QuestionRow(
                        row.id(), row.messages().getFirst().content(), List.of(), row.subject(), row.meta()));
            }
            return Answers.of(tasks, options.judge().judge());
        }

        private static Optional<EvalKnowledge> probed(
                List<QuestionRow> questions, @Nullable Path knowledge, Predicate<QuestionRow> newWording) {
            if (knowledge == null) {
                return Optional.empty();
            }
            Map<String, Knowledge> decisions = KnowledgeFile.decisions(knowledge);
            Set<String> known = new HashSet<>();
            for (QuestionRow question : questions) {
                Knowledge decision = decisions.get(question.key());
                if (decision == null) {
                    throw InputException.at(
                            knowledge,
                            "no decision on question \"" + question.key()
                                    + "\"; probe the file that eval asks (questions)");
                }
                if (decision == Knowledge.KNOWN) {
                    known.add(question.key());
                }
            }
            return Optional.of(EvalKnowledge.of(questions, known, newWording));
        }

        /** Returns all documents, or a part that was held out in pretraining with {@code split_seed}. */
        private static List<Document> documents(EvalOptions options) {
            Path file = options.texts().documents();
            if (file == null) {
                return List.of();
            }
            List<Document> all = Document.read(file);
            if (options.texts().documents_part().equals("all")) {
                return all;
            }
            Split.Parts<Document> parts = Split.byHash(
                    all,
                    Document::key,
                    Split.Fractions.EIGHTY_TEN_TEN,
                    options.texts().split_seed());
            List<Document> part = options.texts().documents_part().equals("test") ? parts.test() : parts.validation();
            if (part.isEmpty()) {
                throw InputException.at(
                        file, "no documents in its " + options.texts().documents_part() + " part");
            }
            return part;
        }
    }

    /** Runs everything that needs only this model's weights. */
    private static void run(Models models, EvalRun run, Inputs inputs, EvalOptions options, StageContext context) {
        try (LanguageModel model = LanguageModel.open(
                models,
                run.model.path(),
                run.model.template(),
                options.conversation().system())) {
            inputs.answers().ifPresent(answers -> run.answers.addAll(greedy(model, answers, options, context)));
            inputs.unrelated().ifPresent(tasks -> run.unrelated.addAll(greedy(model, tasks, options, context)));
            if (!inputs.prompts().isEmpty()) {
                run.samples.addAll(sample(model, inputs.prompts(), options, context));
            }
            if (!inputs.documents().isEmpty()) {
                LogProbScorer scorer = new LogProbScorer(
                        models.torch(), options.sampling().batch().batch_size());
                run.metrics.put("perplexity", EvalPerplexity.of(model, scorer, inputs.documents(), context));
            }
        }
    }

    private static List<JudgedAnswer> greedy(
            LanguageModel model, Answers questions, EvalOptions options, StageContext context) {
        return GreedyAnswers.of(
                model,
                questions,
                options.sampling().completion().limit(EvalOptions.MAX_NEW_TOKENS),
                options.sampling().batch().batch_size(),
                context);
    }

    /** Adds the share of the unrelated prompts that are refused. */
    private static void measureUnrelated(EvalRun run) {
        if (!run.unrelated.isEmpty()) {
            run.metrics.put(
                    "unrelated_refused",
                    Bootstrap.of(
                            run.unrelated,
                            some -> (double) some.stream()
                                            .filter(JudgedAnswer::refused)
                                            .count()
                                    / some.size()));
        }
    }

    private static List<EvalSample> sample(
            LanguageModel model, List<PromptRow> rows, EvalOptions options, StageContext context) {
        List<int[]> prompts = rows.stream().map(row -> model.prompt(row.chat())).toList();
        int each = options.samples().num_samples();
        int most = options.sampling()
                .completion()
                .limit(EvalOptions.MAX_NEW_TOKENS)
                .after(prompts, model.lm().config(), context.console());
        List<EvalSample> samples = new ArrayList<>();
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "samples", (long) rows.size() * each, "completion")) {
            List<List<GeneratedCompletion>> all = model.complete(
                    prompts,
                    each,
                    model.sampling(
                            options.sampling().temperature(),
                            0,
                            1,
                            most,
                            options.sampling().completion().seed()),
                    options.sampling().batch().batch_size(),
                    watch);
            for (int i = 0; i < rows.size(); i++) {
                for (GeneratedCompletion completion : all.get(i)) {
                    samples.add(new EvalSample(
                            rows.get(i), prompts.get(i), completion, GreedyAnswers.answer(model, completion)));
                }
            }
        }
        return samples;
    }

    /** Measures samples with other models: the reference and the reward models. */
    private static void measureSamples(
            Models models,
            List<EvalRun> runs,
            Inputs inputs,
            EvalOptions options,
            StageContext context,
            Map<String, Interval> metrics) {
        int each = options.samples().num_samples();
        Optional<EvalRun> reference = named(runs, options.samples().kl_reference());
        if (!inputs.prompts().isEmpty()) {
            runs.forEach(run -> run.metrics.putAll(SampleMetrics.withIntervals(
                    run.samples.stream().map(EvalSample::completion).toList(), each)));
            reference.ifPresent(run -> EvalDrift.measure(models, runs, run, options, context));
        }
        if (options.rewardModels().reward_model() == null) {
            return;
        }
        Set<String> trained = EvalScores.trainedOn(
                options.rewardModels().reward_model(), inputs.prompts(), inputs.rankings(), context);
        try (RewardScorer reward = RewardScorer.open(
                models,
                options.rewardModels().reward_model(),
                options.conversation().system(),
                options.sampling().batch().batch_size())) {
            if (!inputs.prompts().isEmpty()) {
                EvalScores.measure(reward, runs, reference, each);
                EvalRun judged = reference.orElse(runs.getFirst());
                inputs.answers()
                        .ifPresent(
                                all -> EvalScores.measureRule("", judged, judged.rewards, all, each, trained, metrics));
            }
            if (!inputs.rankings().isEmpty()) {
                EvalScores.measureRankings(reward, inputs.rankings(), trained, metrics);
            }
        }
        Path heldout = options.rewardModels().heldout_reward_model();
        if (heldout != null && reference.isPresent()) {
            EvalRun start = reference.get();
            try (RewardScorer reward = RewardScorer.open(
                    models,
                    heldout,
                    options.conversation().system(),
                    options.sampling().batch().batch_size())) {
                EvalScores.measureHeldout(reward, runs, start, each);
            }
            Set<String> itsOwn = EvalScores.trainedOn(heldout, inputs.prompts(), List.of(), context);
            inputs.answers()
                    .ifPresent(all -> EvalScores.measureRule(
                            EvalScores.HELDOUT, start, start.heldoutRewards, all, each, itsOwn, metrics));
        }
    }

    private static Optional<EvalRun> named(List<EvalRun> runs, @Nullable String name) {
        return runs.stream().filter(run -> run.name().equals(name)).findFirst();
    }

    private static void print(ComparisonTable comparison, List<SampleComparison> samples, StageContext context) {
        context.console().println();
        comparison.toTable().print(context.console());
        for (int i : EvenSpacing.evenly(samples.size(), PRINTED)) {
            context.console().println("\n" + Numbers.oneLine(samples.get(i).prompt(), 100));
            samples.get(i)
                    .completions()
                    .forEach((model, text) ->
                            context.console().println("  " + model + ": " + Numbers.oneLine(text, 100)));
        }
    }
}
