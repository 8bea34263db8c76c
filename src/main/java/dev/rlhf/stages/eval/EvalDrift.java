package dev.rlhf.stages.eval;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Interval;
import dev.rlhf.inference.ChatModel;
import dev.rlhf.inference.InterruptibleProgress;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.Models;
import dev.rlhf.stage.StageContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How far models have moved from a reference: KL over their own samples. */
final class EvalDrift {
    private EvalDrift() {}

    /** Adds {@code kl} to each run's metrics. Opens the reference's weights again; no other model is open then. */
    static void measure(
            Models session, List<EvalRun> runs, EvalRun reference, EvalOptions options, StageContext context) {
        try (ChatModel model = ChatModel.open(session, reference.model.path(), reference.model.template())) {
            LogProbScorer scorer = new LogProbScorer(session.torch(), options.batch_size());
            for (EvalRun run : runs) {
                run.metrics.put(
                        "kl",
                        samePrompts(run, reference) ? kl(run, model, scorer, options, context) : Interval.NOT_MEASURED);
            }
        }
    }

    /** Two models asked in different ways are given different tokens; their probabilities do not compare. */
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
     * Mean over completions of Σ (log p − log p_ref), nats: unbiased for the KL of whole completions at the temperature. The
     * interval is over prompts, all of which have the same number of samples.
     */
    private static Interval kl(
            EvalRun run, ChatModel reference, LogProbScorer scorer, EvalOptions options, StageContext context) {
        List<LogProbScorer.Sequence> sequences =
                run.samples.stream().map(EvalSample::sequence).toList();
        List<Double> prompts = new ArrayList<>();
        try (InterruptibleProgress watch =
                InterruptibleProgress.start(context, "KL of " + run.name(), sequences.size(), "completion")) {
            List<float[]> theirs = scorer.logprobs(reference.lm(), sequences, options.temperature(), watch::done);
            int each = options.num_samples();
            for (int from = 0; from < sequences.size(); from += each) {
                double sum = 0;
                for (int i = from; i < from + each; i++) {
                    sum += run.samples.get(i).logprob();
                    for (float logprob : theirs.get(i)) {
                        sum -= logprob;
                    }
                }
                prompts.add(sum / each);
            }
        }
        return Bootstrap.of(
                prompts, some -> some.stream().mapToDouble(kl -> kl).average().orElse(Double.NaN));
    }
}
