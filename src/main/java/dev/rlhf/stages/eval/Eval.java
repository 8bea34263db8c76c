package dev.rlhf.stages.eval;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Interval;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.Models;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.report.console.ComparisonTable;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.report.html.AnswerCurves;
import dev.rlhf.report.html.SampleComparison;
import dev.rlhf.report.log.MetricIntervals;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.stages.probe.GreedyAnswers;
import dev.rlhf.tensor.MemoryUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private static final String UNRELATED_REFUSED = "unrelated_refused";
    private static final String PERPLEXITY = "perplexity";

    @Override
    public StageResult run(EvalOptions options, StageContext context) throws IOException {
        EvalInputs inputs = EvalInputs.read(options, context);
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
                MemoryUsage.releaseFree();
            }
            Optional<EvalKnowledge> knowledge = inputs.answers()
                    .map(answers -> EvalQuestions.measure(
                            runs,
                            inputs.probed(),
                            EvalRun.named(runs, options.known().knowledge_reference()),
                            EvalRun.named(runs, options.samples().kl_reference()),
                            inputs.newWording(),
                            metrics));
            runs.forEach(Eval::measureUnrelated);
            EvalSamples.measure(models, runs, inputs, options, context, metrics);
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

    @Override
    public Optional<StageOutputs> outputs(EvalOptions options) {
        boolean questions = options.judge().questions() != null;
        MetricNames ofEach = EvalQuestions.names(options)
                .onlyIf(questions, "questions")
                .when(options.unrelated_prompts() != null, "unrelated_prompts", UNRELATED_REFUSED)
                .when(options.texts().documents() != null, "documents", PERPLEXITY)
                .with(EvalSamples.names(options));
        MetricNames names = MetricNames.of();
        for (EvalOptions.Model model : options.models()) {
            names = names.with(ofEach.prefixed(model.name() + "/"));
        }
        return Optional.of(new StageOutputs(
                names.with(EvalQuestions.sharedNames(options).onlyIf(questions, "questions"))
                        .with(EvalSamples.sharedNames(options))
                        .suffixed(MetricIntervals.PARTS),
                List.of(EvalFiles.COMPARISON, EvalFiles.SAMPLES, EvalFiles.ANSWERS, AnswerCurves.FILE)));
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

    /** Runs everything that needs only this model's weights. */
    private static void run(Models models, EvalRun run, EvalInputs inputs, EvalOptions options, StageContext context) {
        try (LanguageModel model = LanguageModel.open(
                models,
                run.model.path(),
                run.model.template(),
                options.conversation().system())) {
            inputs.answers().ifPresent(answers -> run.answers.addAll(greedy(model, answers, options, context)));
            inputs.unrelated().ifPresent(tasks -> run.unrelated.addAll(greedy(model, tasks, options, context)));
            if (!inputs.prompts().isEmpty()) {
                run.samples.addAll(EvalSamples.draw(model, inputs.prompts(), options, context));
            }
            if (!inputs.documents().isEmpty()) {
                LogProbScorer scorer = new LogProbScorer(
                        models.torch(), options.sampling().batch().batch_size());
                run.metrics.put(PERPLEXITY, EvalPerplexity.of(model, scorer, inputs.documents(), context));
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

    /** Adds the share of the unrelated prompts that are refused or left without an answer. */
    static void measureUnrelated(EvalRun run) {
        if (!run.unrelated.isEmpty()) {
            run.metrics.put(
                    UNRELATED_REFUSED,
                    Bootstrap.of(
                            run.unrelated,
                            some -> (double) some.stream()
                                            .filter(answer -> answer.refused()
                                                    || answer.text().isBlank())
                                            .count()
                                    / some.size()));
        }
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
