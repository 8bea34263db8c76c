package dev.rlhf.stages.eval;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Floats;
import dev.rlhf.base.Interval;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.Models;
import dev.rlhf.stage.StageContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures the drift of models from a reference: the KL on their own samples. */
final class EvalDrift {
    /** Name of the metric. */
    static final String KL = "kl";

    private EvalDrift() {}

    /** Adds {@code kl} to each run's metrics. Loads the reference again, while no other model is loaded. */
    static void measure(
            Models models, List<EvalRun> runs, EvalRun reference, EvalOptions options, StageContext context) {
        try (LanguageModel model = LanguageModel.open(
                models,
                reference.model.path(),
                reference.model.template(),
                options.conversation().system())) {
            LogProbScorer scorer =
                    new LogProbScorer(models.torch(), options.sampling().batch().batch_size());
            for (EvalRun run : runs) {
                run.metrics.put(
                        KL,
                        samePrompts(run, reference) ? kl(run, model, scorer, options, context) : Interval.NOT_MEASURED);
            }
        }
    }

    /**
     * Returns whether both models were given the same prompt tokens; otherwise their probabilities are not comparable.
     */
    private static boolean samePrompts(EvalRun run, EvalRun reference) {
        for (int i = 0; i < run.samples.size(); i++) {
            if (!Arrays.equals(
                    run.samples.get(i).promptIds(), reference.samples.get(i).promptIds())) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns the mean over completions of Σ (log p − log p_ref), nats: an unbiased estimate of the KL of whole
     * completions at the sampling temperature. The interval is over prompts, all of which have the same number of
     * samples.
     */
    private static Interval kl(
            EvalRun run, LanguageModel reference, LogProbScorer scorer, EvalOptions options, StageContext context) {
        List<LogProbScorer.Sequence> sequences =
                run.samples.stream().map(EvalSample::sequence).toList();
        List<Double> prompts = new ArrayList<>();
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "KL of " + run.name(), sequences.size(), "completion")) {
            List<float[]> theirs = scorer.logprobs(
                    reference.lm(), sequences, options.sampling().temperature(), watch::done);
            int each = options.samples().num_samples();
            for (int from = 0; from < sequences.size(); from += each) {
                double sum = 0;
                for (int i = from; i < from + each; i++) {
                    sum += run.samples.get(i).completion().logprob() - Floats.sum(theirs.get(i));
                }
                prompts.add(sum / each);
            }
        }
        return Bootstrap.of(
                prompts, some -> some.stream().mapToDouble(kl -> kl).average().orElse(Double.NaN));
    }
}
