package dev.rlhf.stage;

import java.util.Arrays;
import java.util.List;

/** How far models have moved from a reference: KL over their own samples. */
final class EvalDrift {
    private EvalDrift() {}

    /** Adds {@code kl} to each run's figures. Opens the reference's weights again; no other model is open then. */
    static void measure(
            Session session, List<EvalRun> runs, EvalRun reference, EvalOptions options, StageContext context) {
        try (OpenModel model = OpenModel.open(session, reference.model.path(), reference.model.template())) {
            Scorer scorer = new Scorer(session.torch(), options.batch_size());
            for (EvalRun run : runs) {
                run.figures.put(
                        "kl",
                        samePrompts(run, reference)
                                ? kl(run, model, scorer, options.temperature(), context)
                                : Double.NaN);
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

    /** Mean over completions of Σ (log p − log p_ref), nats: unbiased for the KL of whole completions at the temperature. */
    private static double kl(
            EvalRun run, OpenModel reference, Scorer scorer, double temperature, StageContext context) {
        List<Scorer.Sequence> sequences =
                run.samples.stream().map(EvalSample::sequence).toList();
        double sum = 0;
        try (Watch watch = Watch.start(context, "KL of " + run.name(), sequences.size(), "completion")) {
            List<float[]> theirs = scorer.logprobs(reference.lm(), sequences, temperature, watch::done);
            for (int i = 0; i < sequences.size(); i++) {
                sum += run.samples.get(i).logprob();
                for (float logprob : theirs.get(i)) {
                    sum -= logprob;
                }
            }
        }
        return sum / sequences.size();
    }
}
