package dev.rlhf.stages.eval;

import dev.rlhf.base.Interval;
import dev.rlhf.data.Located;
import dev.rlhf.data.PromptRow;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.Prompts;
import dev.rlhf.inference.RewardScorer;
import dev.rlhf.stage.MetricNames;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stages.probe.GreedyAnswers;
import dev.rlhf.stages.rank.SampleMetrics;
import dev.rlhf.tensor.MemoryUsage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The samples of the models and what is measured on them: diversity, drift from the reference, and rewards. */
final class EvalSamples {
    private EvalSamples() {}

    /** Returns the names of each model's metrics. */
    static MetricNames names(EvalOptions options) {
        boolean prompts = options.samples().prompts() != null;
        boolean reference = options.samples().kl_reference() != null;
        boolean reward = options.rewardModels().reward_model() != null;
        boolean heldout = options.rewardModels().heldout_reward_model() != null;
        return MetricNames.of()
                .with(SampleMetrics.NAMES.onlyIf(prompts, "prompts"))
                .when(prompts && reference, "prompts and kl_reference", EvalDrift.KL)
                .when(prompts && reward, "prompts and reward_model", EvalRewards.ALONE)
                .when(prompts && reward && reference, "prompts, reward_model and kl_reference", EvalRewards.AGAINST)
                .with(MetricNames.of(EvalRewards.AGAINST)
                        .prefixed(EvalScores.HELDOUT)
                        .onlyIf(
                                prompts && heldout && reference,
                                "prompts, reward_model, heldout_reward_model and kl_reference"));
    }

    /** Returns the names of the metrics that no model has. */
    static MetricNames sharedNames(EvalOptions options) {
        boolean asked = options.samples().prompts() != null
                && options.judge().questions() != null
                && options.rewardModels().reward_model() != null;
        boolean heldout = options.rewardModels().heldout_reward_model() != null
                && options.samples().kl_reference() != null;
        return MetricNames.of()
                .when(asked, "questions, prompts and reward_model", EvalScores.RULE)
                .with(MetricNames.of(EvalScores.RULE)
                        .prefixed(EvalScores.HELDOUT)
                        .onlyIf(
                                asked && heldout,
                                "questions, prompts, reward_model, heldout_reward_model and kl_reference"))
                .when(options.rewardModels().rankings() != null, "rankings", EvalScores.RANKINGS);
    }

    /** Returns samples of every prompt, in order. */
    static List<EvalSample> draw(
            LanguageModel model, List<Located<PromptRow>> rows, EvalOptions options, StageContext context) {
        List<int[]> prompts = Prompts.encode(rows, model::prompt, context);
        int each = options.samples().num_samples();
        int most = options.sampling()
                .completion()
                .limit(EvalOptions.MAX_NEW_TOKENS)
                .after(prompts, model.lm().config(), context.console());
        Prompts.check(rows, prompts, most, model.lm().config());
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
                            rows.get(i).row(), prompts.get(i), completion, GreedyAnswers.answer(model, completion)));
                }
            }
        }
        return samples;
    }

    /** Measures samples with other models: the reference and the reward models. */
    static void measure(
            Models models,
            List<EvalRun> runs,
            EvalInputs inputs,
            EvalOptions options,
            StageContext context,
            Map<String, Interval> metrics) {
        int each = options.samples().num_samples();
        Optional<EvalRun> reference = EvalRun.named(runs, options.samples().kl_reference());
        if (!inputs.prompts().isEmpty()) {
            runs.forEach(run -> run.metrics.putAll(SampleMetrics.withIntervals(
                    run.samples.stream().map(EvalSample::completion).toList(), each)));
            reference.ifPresent(run -> EvalDrift.measure(models, runs, run, options, context));
            MemoryUsage.releaseFree();
        }
        if (options.rewardModels().reward_model() == null) {
            return;
        }
        Set<String> trained = EvalScores.trainedOn(
                options.rewardModels().reward_model(), Located.rows(inputs.prompts()), inputs.rankings(), context);
        try (RewardScorer reward = RewardScorer.open(
                models,
                options.rewardModels().reward_model(),
                options.conversation().system(),
                options.sampling().batch().batch_size())) {
            if (!inputs.prompts().isEmpty()) {
                EvalScores.measure(reward, runs, reference, each, context);
                EvalRun judged = reference.orElse(runs.getFirst());
                inputs.answers()
                        .ifPresent(
                                all -> EvalScores.measureRule("", judged, judged.rewards, all, each, trained, metrics));
            }
            if (!inputs.rankings().isEmpty()) {
                EvalScores.measureRankings(reward, inputs.rankings(), trained, context, metrics);
            }
        }
        MemoryUsage.releaseFree();
        Path heldout = options.rewardModels().heldout_reward_model();
        if (heldout != null && reference.isPresent()) {
            EvalRun start = reference.get();
            try (RewardScorer reward = RewardScorer.open(
                    models,
                    heldout,
                    options.conversation().system(),
                    options.sampling().batch().batch_size())) {
                EvalScores.measureHeldout(reward, runs, start, each, context);
            }
            Set<String> itsOwn = EvalScores.trainedOn(heldout, Located.rows(inputs.prompts()), List.of(), context);
            inputs.answers()
                    .ifPresent(all -> EvalScores.measureRule(
                            EvalScores.HELDOUT, start, start.heldoutRewards, all, each, itsOwn, metrics));
        }
    }
}
